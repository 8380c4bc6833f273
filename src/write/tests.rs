//! The room from outside: whole builds into real folders.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use super::*;

/// A project in a folder of its own, with `public/` for the output.
struct Project {
    dir: tempfile::TempDir,
    way: Swap,
}

type Files<'a> = &'a [(&'a str, &'a str)];

impl Project {
    fn new(way: Swap) -> Self {
        Self { dir: tempfile::tempdir().unwrap(), way }
    }

    fn at(&self, path: &str) -> PathBuf {
        self.dir.path().join(path)
    }

    fn open_keeping(&self, keep: &[&str]) -> Result<Outlet, WriteError> {
        let (target, root) = (self.at("public"), self.at(""));
        let keep = keep.iter().map(|id| VersionId::new(id).unwrap()).collect::<BTreeSet<_>>();
        Outlet::open_for(&Place { target: &target, root: &root, sources: &[] }, keep, self.way)
    }

    fn open(&self) -> Result<Outlet, WriteError> {
        self.open_keeping(&[])
    }

    fn build_keeping(&self, keep: &[&str], files: Files) -> Result<Summary, WriteError> {
        let outlet = self.open_keeping(keep)?;
        put_all(&outlet, files)?;
        outlet.finish()
    }

    fn build(&self, files: Files) -> Result<Summary, WriteError> {
        self.build_keeping(&[], files)
    }

    /// The text of each file in the output, the manifest aside; of links, where they lead.
    fn site(&self) -> BTreeMap<String, String> {
        snapshot(&self.at("public")).into_iter().filter(|(path, _)| path != MANIFEST).map(|(path, seen)| (path, seen.0)).collect()
    }

    /// Whether the output is exactly `files`, under a manifest that lists them, and nothing is left beside it.
    #[track_caller]
    fn check(&self, files: Files) {
        let expected: BTreeMap<String, String> = files.iter().map(|(path, text)| ((*path).into(), (*text).into())).collect();
        assert_eq!(self.site(), expected);
        let listed = Manifest::read(&self.at("public")).unwrap().unwrap().0.files;
        assert_eq!(listed.iter().map(|entry| entry.path.as_str()).collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
        self.check_no_debris();
    }

    #[track_caller]
    fn check_no_debris(&self) {
        let names =
            |path: &Path| -> Vec<String> { fs::read_dir(path).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect() };
        let strange = |name: &String| name.contains("recto");
        assert!(!names(self.dir.path()).iter().any(strange), "{:?}", names(self.dir.path()));
        if self.at("public").is_dir() {
            assert!(!names(&self.at("public")).iter().any(strange));
        }
    }
}

/// Puts files; what lies in `3/` is version 3's, and so on for one digit.
fn put_all(outlet: &Outlet, files: Files) -> Result<(), WriteError> {
    files.iter().try_for_each(|(path, text)| outlet.put(output(path, text)).map(drop))
}

fn output(path: &str, text: &str) -> Output<'static> {
    let owner = path.split_once('/').filter(|(first, _)| first.len() == 1).and_then(|(first, _)| VersionId::new(first).ok());
    let rank = if path.ends_with(".css") { Rank::Asset } else { Rank::Page };
    Output { path: OutPath::new(path).unwrap(), bytes: Bytes::InMemory(text.into()), owner, rank }
}

/// Of each file and folder (with `/`): text, inode, time of change, mode.
fn snapshot(root: &Path) -> BTreeMap<String, (String, u64, SystemTime, u32)> {
    fn walk(folder: &Path, prefix: &str, into: &mut BTreeMap<String, (String, u64, SystemTime, u32)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let path = format!("{prefix}{}", entry.file_name().to_str().unwrap());
            let meta = fs::symlink_metadata(entry.path()).unwrap();
            if meta.is_dir() {
                walk(&entry.path(), &format!("{path}/"), into);
                continue;
            }
            let text = match fs::read_link(entry.path()) {
                Ok(content) => format!("-> {}", content.display()),
                Err(_) => fs::read_to_string(entry.path()).unwrap(),
            };
            into.insert(path, (text, inode(&meta), meta.modified().unwrap(), mode(&meta)));
        }
    }
    let mut into = BTreeMap::new();
    walk(root, "", &mut into);
    into
}

#[cfg(unix)]
fn inode(meta: &fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(meta)
}

#[cfg(unix)]
fn mode(meta: &fs::Metadata) -> u32 {
    std::os::unix::fs::MetadataExt::mode(meta) & 0o777
}

#[cfg(not(unix))]
fn inode(_meta: &fs::Metadata) -> u64 {
    0
}

#[cfg(not(unix))]
fn mode(_meta: &fs::Metadata) -> u32 {
    0o644
}

const BOTH_WAYS: [Swap; 2] = [Swap::Whole, Swap::PerFile];

const SITE: Files<'static> = &[("3/a/index.html", "three"), ("4/a/index.html", "four"), ("_/theme/site.css", "body {}"), ("index.html", "home")];

#[test]
fn first_build_makes_the_folder_and_those_above() {
    for way in BOTH_WAYS {
        let project = Project::new(way);
        let target = project.at("build/deep/public");
        let place = Place { target: &target, root: &project.at(""), sources: &[] };
        let outlet = Outlet::open_for(&place, BTreeSet::new(), way).unwrap();
        put_all(&outlet, SITE).unwrap();
        assert!(!target.exists());
        let summary = outlet.finish().unwrap();
        assert_eq!((summary.written, summary.bytes_written, summary.swap), (4, 20, Some(Swap::Whole)));
        assert_eq!(fs::read_to_string(target.join("3/a/index.html")).unwrap(), "three");
        assert_eq!(fs::read_dir(target.parent().unwrap()).unwrap().count(), 1);

        Outlet::open(&Place { target: &project.at("never/came"), ..place }, BTreeSet::new()).unwrap().abandon();
        assert!(!project.at("never").exists());
    }
}

#[test]
fn an_empty_folder_is_filled() {
    for way in BOTH_WAYS {
        let project = Project::new(way);
        fs::create_dir(project.at("public")).unwrap();
        assert_eq!(project.build(SITE).unwrap().swap, Some(way));
        project.check(SITE);
    }
}

#[test]
fn nothing_changed_touches_nothing() {
    for way in BOTH_WAYS {
        let project = Project::new(way);
        project.build(SITE).unwrap();
        let root = fs::metadata(project.at("public")).unwrap();
        let before = snapshot(&project.at("public"));
        let summary = project.build(SITE).unwrap();
        assert_eq!(summary, Summary { unchanged: 4, manifest: summary.manifest, ..Summary::default() });
        assert_eq!(snapshot(&project.at("public")), before);
        let after = fs::metadata(project.at("public")).unwrap();
        assert_eq!((inode(&after), after.modified().unwrap()), (inode(&root), root.modified().unwrap()));
        project.check(SITE);
    }
}

/// The files that the old site lists.
fn standing(outlet: &Outlet) -> Vec<Standing> {
    let standing =
        |entry: &Entry| Standing { path: entry.path.clone(), digest: entry.digest, bytes: entry.bytes, owner: entry.owner.clone(), rank: Rank::Page };
    outlet.before().unwrap().files.iter().map(standing).collect()
}

#[test]
fn what_stands_is_kept_by_its_digest_alone() {
    for way in BOTH_WAYS {
        let project = Project::new(way);
        let manifest = project.build(SITE).unwrap().manifest.unwrap();
        let before = snapshot(&project.at("public"));
        let outlet = project.open().unwrap();
        assert_eq!(outlet.listed(Digest::of(b"another")), None);
        let files = standing(&outlet);
        let listed = outlet.listed(manifest).unwrap();
        assert!(listed.iter().all(|entry| outlet.has(entry, &mut Vec::new())) && outlet.foreign().unwrap().is_empty());
        let summary = outlet.finish_as_it_was(Vec::new());
        assert_eq!(summary, Summary { unchanged: files.len(), manifest: Some(manifest), ..Summary::default() });
        assert_eq!(snapshot(&project.at("public")), before);

        let outlet = project.open().unwrap();
        assert!(files.iter().all(|file| outlet.keep(file).unwrap()));
        assert!(outlet.keep(&files[0]).is_err(), "a path is put once");
        assert_eq!(outlet.finish().unwrap().swap, None);
        assert_eq!(snapshot(&project.at("public")), before);

        let outlet = project.open().unwrap();
        let longer = Standing { bytes: files[0].bytes + 1, ..files[0].clone() };
        let other = Standing { digest: Digest::of(b"another"), ..files[0].clone() };
        let path = OutPath::new("nowhere.html").unwrap();
        assert!([longer, other, Standing { path, ..files[0].clone() }].iter().all(|file| !outlet.keep(file).unwrap()));
        // Bytes that were changed behind our back, in a file of the same length.
        let at = project.at("public").join(files[1].path.as_str());
        fs::write(&at, "x".repeat(files[1].bytes as usize)).unwrap();
        assert!(outlet.keep(&files[0]).unwrap() && !outlet.keep(&files[1]).unwrap());
        drop(outlet);
        let outlet = project.open().unwrap();
        let has = |no: usize| outlet.has(&outlet.listed(manifest).unwrap()[no], &mut Vec::new());
        assert!(has(0) && !has(1), "the manifest alone proves nothing");
        drop(outlet);
        assert!(Outlet::nowhere().keep(&files[1]).unwrap());
    }
}

#[test]
fn one_changed_file_leaves_the_others_their_inode_and_time() {
    for way in BOTH_WAYS {
        let project = Project::new(way);
        project.build(SITE).unwrap();
        let mut before = snapshot(&project.at("public"));
        let changed = [SITE[0], SITE[1], SITE[2], ("index.html", "HOME")];
        let summary = project.build(&changed).unwrap();
        assert_eq!((summary.written, summary.unchanged, summary.bytes_written, summary.swap), (1, 3, 4, Some(way)));
        project.check(&changed);
        let mut after = snapshot(&project.at("public"));
        for path in ["index.html", MANIFEST] {
            assert_ne!(before.remove(path), after.remove(path));
        }
        assert_eq!(before, after);
    }
}

#[test]
fn a_file_edited_by_hand_is_written_again_whatever_the_manifest_says() {
    let project = Project::new(Swap::Whole);
    project.build(SITE).unwrap();
    fs::write(project.at("public/index.html"), "hack").unwrap();
    assert_eq!(project.build(SITE).unwrap().written, 1);
    project.check(SITE);
}

#[test]
fn what_is_not_put_again_is_removed_with_its_folders() {
    for way in BOTH_WAYS {
        let project = Project::new(way);
        project.build(SITE).unwrap();
        let summary = project.build(&SITE[1..]).unwrap();
        assert_eq!((summary.removed, summary.written, summary.unchanged), (1, 0, 3));
        project.check(&SITE[1..]);
        assert!(!project.at("public/3").exists());
    }
}

#[test]
fn a_file_becomes_a_folder_and_back() {
    for way in BOTH_WAYS {
        let project = Project::new(way);
        let (file, folder): (Files, Files) = (&[("a", "file"), ("b/c/d", "x")], &[("a/b/c", "in folder"), ("b/c", "file")]);
        for site in [file, folder, file] {
            project.build(site).unwrap();
            project.check(site);
        }
    }
}

#[test]
fn letter_case_of_a_name_may_change() {
    for way in BOTH_WAYS {
        let project = Project::new(way);
        project.build(&[("Guides/Index.html", "x")]).unwrap();
        project.build(&[("guides/index.html", "y")]).unwrap();
        project.check(&[("guides/index.html", "y")]);
    }
}

#[test]
fn abandoned_builds_leave_the_old_site_and_no_debris() {
    for way in BOTH_WAYS {
        let project = Project::new(way);
        project.build(SITE).unwrap();
        let before = snapshot(&project.at("public"));
        let outlet = project.open().unwrap();
        put_all(&outlet, &[("index.html", "new"), ("z/y", "new")]).unwrap();
        assert!(project.at(".public.recto/new/z/y").exists());
        outlet.abandon();
        assert_eq!(snapshot(&project.at("public")), before);
        project.check(SITE);
    }
}

#[test]
fn a_full_disk_leaves_the_old_site_and_no_debris() {
    for way in BOTH_WAYS {
        let project = Project::new(way);
        project.build(SITE).unwrap();
        let before = snapshot(&project.at("public"));
        let outlet = project.open().unwrap();
        outlet.fills_up_after(1);
        outlet.put(output("index.html", "new")).unwrap();
        let fault = outlet.put(output("3/b/index.html", "new")).unwrap_err();
        assert!(matches!(&fault, WriteError::Disk { source, .. } if source.kind() == io::ErrorKind::StorageFull), "{fault}");
        assert!(fault.to_string().contains("3/b/index.html"), "{fault}");
        drop(outlet);
        assert_eq!(snapshot(&project.at("public")), before);
        project.check_no_debris();
    }
    // Full only when the manifest is written, at the end.
    let project = Project::new(Swap::Whole);
    project.build(SITE).unwrap();
    let outlet = project.open().unwrap();
    outlet.fills_up_after(0);
    assert!(outlet.finish().unwrap_err().to_string().contains(MANIFEST));
    project.check(SITE);
}

#[test]
fn a_folder_of_other_files_is_refused_and_left_alone() {
    for way in BOTH_WAYS {
        let project = Project::new(way);
        fs::create_dir(project.at("public")).unwrap();
        fs::write(project.at("public/thesis.tex"), "years of work").unwrap();
        let fault = project.build(SITE).unwrap_err();
        assert!(matches!(fault, WriteError::NotOurs { manifest: None, .. }) && fault.help().is_some(), "{fault}");
        assert_eq!(project.site(), BTreeMap::from([("thesis.tex".into(), "years of work".into())]));
        project.check_no_debris();
    }
}

#[test]
fn a_damaged_manifest_marks_nothing_as_ours() {
    for damage in ["", "{", r#"{"format":1,"files":[{"path":"../thesis.tex","digest":"0","bytes":1}]}"#, r#"{"format":7}"#] {
        let project = Project::new(Swap::Whole);
        project.build(SITE).unwrap();
        fs::write(project.at("public").join(MANIFEST), damage).unwrap();
        let before = snapshot(&project.at("public"));
        let fault = project.build(&SITE[1..]).unwrap_err();
        assert!(matches!(fault, WriteError::NotOurs { manifest: Some(_), .. }), "{fault}");
        assert_eq!(snapshot(&project.at("public")), before);
        project.check_no_debris();
    }
}

#[test]
fn foreign_files_among_ours_stay_and_are_told() {
    for way in BOTH_WAYS {
        let project = Project::new(way);
        project.build(SITE).unwrap();
        fs::write(project.at("public/CNAME"), "docs.acme.example").unwrap();
        fs::write(project.at("public/3/a/note.txt"), "note").unwrap();
        fs::create_dir_all(project.at("public/.git/refs/empty")).unwrap();
        fs::write(project.at("public/.git/HEAD"), "ref").unwrap();
        let before = snapshot(&project.at("public"));
        let told = [".git/", "3/a/note.txt", "CNAME"];
        // Told also when nothing changes; and kept when the folder they lie in is otherwise gone.
        assert_eq!(project.build(SITE).unwrap().foreign, told);
        assert_eq!(project.build(&SITE[1..]).unwrap().foreign, told);
        let after = snapshot(&project.at("public"));
        for path in ["CNAME", "3/a/note.txt", ".git/HEAD"] {
            assert_eq!(before[path], after[path], "{path}");
        }
        assert!(project.at("public/.git/refs/empty").is_dir() && !project.at("public/3/a/index.html").exists());
        project.check_no_debris();
    }
}

#[test]
fn foreign_things_in_the_way_are_named_and_left_alone() {
    for way in BOTH_WAYS {
        for (foreign, put) in [("new.html", "new.html"), ("new", "new/index.html"), ("new/mine.txt", "new"), ("_/theme", "_/theme/x")] {
            let project = Project::new(way);
            project.build(&SITE[..1]).unwrap();
            let place = project.at("public").join(foreign);
            fs::create_dir_all(place.parent().unwrap()).unwrap();
            fs::write(&place, "mine").unwrap();
            let before = snapshot(&project.at("public"));
            let fault = project.build(&[SITE[0], (put, "ours")]).unwrap_err();
            assert!(matches!(&fault, WriteError::Blocked { path } if place.ends_with(path) || place.starts_with(path)), "{fault}");
            assert_eq!(snapshot(&project.at("public")), before);
            project.check_no_debris();
        }
    }
}

#[test]
fn a_folder_that_must_become_a_file_is_kept_for_what_is_foreign_in_it() {
    for way in BOTH_WAYS {
        let project = Project::new(way);
        project.build(&[("a/b", "ours"), SITE[3]]).unwrap();
        fs::write(project.at("public/a/mine"), "mine").unwrap();
        let before = snapshot(&project.at("public"));
        let fault = project.build(&[("a", "file")]).unwrap_err();
        assert!(matches!(&fault, WriteError::Blocked { path } if path.ends_with("a/mine")), "{fault}");
        assert_eq!(snapshot(&project.at("public")), before);
        project.check_no_debris();
    }
}

#[cfg(unix)]
#[test]
fn planted_links_are_never_written_through() {
    for way in BOTH_WAYS {
        let project = Project::new(way);
        project.build(SITE).unwrap();
        // In place of a file of ours, of the same bytes as what will be put: replaced by a file.
        fs::write(project.at("precious"), "home").unwrap();
        fs::remove_file(project.at("public/index.html")).unwrap();
        std::os::unix::fs::symlink("../precious", project.at("public/index.html")).unwrap();
        project.build(SITE).unwrap();
        project.check(SITE);
        assert_eq!(fs::read_to_string(project.at("precious")).unwrap(), "home");
        // In place of a folder of ours: in the way.
        fs::create_dir_all(project.at("elsewhere/a")).unwrap();
        fs::write(project.at("elsewhere/a/index.html"), "three").unwrap();
        fs::remove_dir_all(project.at("public/3")).unwrap();
        std::os::unix::fs::symlink("../elsewhere", project.at("public/3")).unwrap();
        let fault = project.build(SITE).unwrap_err();
        assert!(matches!(&fault, WriteError::Blocked { path } if path.ends_with("public/3")), "{fault}");
        // No more needed: it stays as the link it is, and what it leads to is not removed.
        assert_eq!(project.build(&SITE[1..]).unwrap().foreign, ["3"]);
        assert_eq!(project.site()["3"], "-> ../elsewhere");
        assert_eq!(fs::read_to_string(project.at("elsewhere/a/index.html")).unwrap(), "three");
        project.check_no_debris();
    }
}

#[cfg(unix)]
#[test]
fn a_link_to_the_output_folder_is_the_folder() {
    let project = Project::new(Swap::Whole);
    fs::create_dir(project.at("real")).unwrap();
    std::os::unix::fs::symlink("real", project.at("public")).unwrap();
    let held = project.open().unwrap();
    let real = project.at("x/../real");
    fs::create_dir(project.at("x")).unwrap();
    let second = Outlet::open(&Place { target: &real, root: &project.at(""), sources: &[] }, BTreeSet::new());
    assert!(matches!(second, Err(WriteError::Held { .. })), "{second:?}");
    put_all(&held, SITE).unwrap();
    held.finish().unwrap();
    assert!(fs::symlink_metadata(project.at("public")).unwrap().is_symlink());
    assert_eq!(fs::read_to_string(project.at("real/index.html")).unwrap(), "home");
    project.check_no_debris();
}

#[test]
fn the_second_build_into_a_folder_is_told_who_holds_it() {
    let project = Project::new(Swap::Whole);
    let first = project.open().unwrap();
    put_all(&first, SITE).unwrap();
    let fault = project.open().unwrap_err();
    assert!(fault.to_string().ends_with(&format!("held by another build (process {})", std::process::id())), "{fault}");
    first.finish().unwrap();
    project.check(SITE);
    assert_eq!(project.build(SITE).unwrap().unchanged, 4);
}

#[test]
fn builds_at_once_succeed_or_say_that_the_folder_is_held() {
    let project = Project::new(Swap::Whole);
    let succeeded = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (project, succeeded) = (&project, &succeeded);
            scope.spawn(move || {
                for round in 0..150 {
                    match project.build(&[("who", &format!("{thread} {round}")), ("index.html", "home")]) {
                        Ok(_) => _ = succeeded.fetch_add(1, std::sync::atomic::Ordering::Relaxed),
                        Err(WriteError::Held { .. }) => std::thread::yield_now(),
                        Err(fault) => panic!("{fault}"),
                    }
                }
            });
        }
    });
    assert!(succeeded.into_inner() > 0);
    let site = project.site();
    assert_eq!(site["index.html"], "home");
    project.check_no_debris();
}

#[test]
fn what_a_dead_build_left_is_taken_over() {
    for way in BOTH_WAYS {
        let project = Project::new(way);
        project.build(SITE).unwrap();
        fs::create_dir_all(project.at(".public.recto/new/3/a")).unwrap();
        fs::write(project.at(".public.recto/new/3/a/index.html"), "half").unwrap();
        fs::write(project.at(".public.recto/new/index.html"), "").unwrap();
        fs::write(project.at(".public.recto/both.json"), "{").unwrap();
        fs::write(project.at(".public.recto/lock"), "4294967").unwrap();
        assert_eq!(project.build(&SITE[..3]).unwrap().removed, 1);
        project.check(&SITE[..3]);
    }
}

/// The other end of `a_killed_build_leaves_one_site_or_the_other`: builds two sites by turns until it is killed.
#[test]
fn child_that_builds_until_killed() {
    let Some(target) = std::env::var_os("RECTO_TEST_KILLED").map(PathBuf::from) else { return };
    let way = if std::env::var_os("RECTO_TEST_PER_FILE").is_some() { Swap::PerFile } else { Swap::Whole };
    for round in 0.. {
        let place = Place { target: &target, root: target.parent().unwrap(), sources: &[] };
        let outlet = Outlet::open_for(&place, BTreeSet::new(), way).unwrap();
        for (path, text) in turn(round) {
            outlet.put(output(&path, &text)).unwrap();
        }
        outlet.finish().unwrap();
    }
}

/// The site of one turn: some files the same in all, some different, some only in this one.
fn turn(round: usize) -> Vec<(String, String)> {
    let file = |at: usize| match at % 3 {
        0 => (format!("same/{at}/index.html"), "same".repeat(500)),
        1 => (format!("changing/{at}/index.html"), format!("{} ", round % 2).repeat(1000)),
        _ => (format!("{}/only/{at}.html", round % 2), "only".repeat(500)),
    };
    (0..60).map(file).collect()
}

#[cfg(unix)]
#[test]
fn a_killed_build_leaves_one_site_or_the_other() {
    for way in BOTH_WAYS {
        let project = Project::new(way);
        let sites = [0, 1].map(|round| turn(round).into_iter().collect::<BTreeMap<_, _>>());
        for kill in 0..8 {
            let mut child = Command::new(std::env::current_exe().unwrap());
            child.args(["--exact", "--nocapture", "write::tests::child_that_builds_until_killed"]);
            child.env("RECTO_TEST_KILLED", project.at("public")).stdout(std::process::Stdio::null());
            if way == Swap::PerFile {
                child.env("RECTO_TEST_PER_FILE", "1");
            }
            let mut child = child.spawn().unwrap();
            while !project.at("public").exists() {
                std::thread::sleep(Duration::from_millis(1));
            }
            std::thread::sleep(Duration::from_micros(7_300 * kill));
            child.kill().unwrap();
            child.wait().unwrap();
            if way == Swap::Whole {
                assert!(sites.contains(&project.site()));
            } else {
                // A mixture, but of whole files.
                assert!(project.site().iter().all(|file| sites.iter().any(|site| site.get(file.0) == Some(file.1))));
            }
            let files: Vec<(&str, &str)> = sites[1].iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
            project.build(&files).unwrap();
            project.check(&files);
        }
    }
}

#[test]
fn versions_that_are_kept_stay_as_they_were() {
    for way in BOTH_WAYS {
        let project = Project::new(way);
        project.build(SITE).unwrap();
        let (index, old) = (("index.html", "HOME"), fs::read_to_string(project.at("public").join(MANIFEST)).unwrap());
        let summary = project.build_keeping(&["3"], &[SITE[2], index]).unwrap();
        assert_eq!((summary.kept, summary.removed, summary.unchanged, summary.written), (1, 1, 1, 1));
        project.check(&[SITE[0], SITE[2], index]);
        let new = fs::read_to_string(project.at("public").join(MANIFEST)).unwrap();
        let line = |text: &str| text.lines().find(|line| line.contains("3/a/index.html")).map(str::to_owned);
        assert_eq!(line(&old), line(&new));
        // What is kept and missing is not claimed to be there.
        fs::remove_file(project.at("public/3/a/index.html")).unwrap();
        project.build_keeping(&["3"], &[SITE[2], index]).unwrap();
        project.check(&[SITE[2], index]);
    }
}

#[test]
fn a_kept_file_and_a_new_one_may_not_need_one_name() {
    let project = Project::new(Swap::Whole);
    project.build(SITE).unwrap();
    let fault = project.build_keeping(&["3"], &[("3/a", "file")]).unwrap_err();
    assert!(matches!(fault, WriteError::Clash { .. }), "{fault}");
    project.check(SITE);
}

#[test]
fn both_ways_make_the_same_bytes() {
    let made = BOTH_WAYS.map(|way| {
        let project = Project::new(way);
        for site in [SITE, &SITE[1..], &[SITE[3], ("3/a", "x"), SITE[2]], SITE] {
            project.build(site).unwrap();
        }
        snapshot(&project.at("public")).into_iter().map(|(path, seen)| (path, seen.0, seen.3)).collect::<Vec<_>>()
    });
    assert_eq!(made[0], made[1]);
    assert!(made[0].iter().all(|(_, _, mode)| *mode == 0o644));
}

#[test]
fn files_are_copied_and_known_again() {
    for way in BOTH_WAYS {
        let project = Project::new(way);
        let big: String = (0..40_000).map(|n| format!("{n},")).collect();
        fs::write(project.at("source"), &big).unwrap();
        let build = |bytes: u64| {
            let outlet = project.open().unwrap();
            let bytes = Bytes::Copy { file: File::open(project.at("source")).unwrap(), bytes };
            outlet.put(Output { path: OutPath::new("big.csv").unwrap(), bytes, owner: None, rank: Rank::Asset })?;
            outlet.finish()
        };
        let length = big.len() as u64;
        assert_eq!(build(length).unwrap().bytes_written, length);
        assert_eq!(build(length).unwrap().unchanged, 1);
        let digest = Manifest::read(&project.at("public")).unwrap().unwrap().0.files[0].digest;
        assert_eq!(digest, Digest::of(big.as_bytes()));
        // Differs late: the comparison has read most of it before.
        let mut other = big.clone();
        other.replace_range(big.len() - 2.., "!,");
        fs::write(project.at("source"), &other).unwrap();
        assert_eq!(build(length).unwrap().written, 1);
        project.check(&[("big.csv", &other)]);
        for wrong in [length + 1, length - 1] {
            let fault = build(wrong).unwrap_err();
            assert!(fault.to_string().contains("big.csv") && fault.to_string().contains("changed while"), "{fault}");
        }
        project.check(&[("big.csv", &other)]);
    }
}

#[test]
fn texts_are_written_one_after_another_and_known_again() {
    for way in BOTH_WAYS {
        let project = Project::new(way);
        let build = |texts: &[String]| {
            let outlet = project.open().unwrap();
            let bytes = Bytes::Texts(Texts::new(texts.iter().cloned()));
            let sum = outlet.put(Output { path: OutPath::new("all.txt").unwrap(), bytes, owner: None, rank: Rank::Page }).unwrap();
            assert_eq!(sum, Some((Digest::of(texts.concat().as_bytes()), texts.concat().len() as u64)));
            outlet.finish().unwrap()
        };
        let first: Vec<String> = (0..3_000).map(|n| format!("{n}: {}\n", "text ".repeat(n % 50))).collect();
        let mut late = first.clone();
        late[2_999] = "another end\n".to_owned();
        let longer: Vec<String> = late.iter().cloned().chain(["more".to_owned()]).collect();
        for texts in [&first, &late, &longer, &first[..10].to_vec(), &Vec::new(), &first] {
            assert_eq!(build(texts).written, 1);
            project.check(&[("all.txt", &texts.concat())]);
            assert_eq!(build(texts).unchanged, 1);
            project.check(&[("all.txt", &texts.concat())]);
        }
    }
}

#[test]
fn many_threads_put_at_once() {
    let project = Project::new(Swap::Whole);
    let outlet = project.open().unwrap();
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let outlet = &outlet;
            scope.spawn(move || {
                for n in 0..100 {
                    outlet.put(output(&format!("shared/deep/{n}/{thread}.html"), "x")).unwrap();
                }
            });
        }
        // Of equal paths from two threads, one is put.
        let same = [(); 2].map(|()| scope.spawn(|| outlet.put(output("same", "x")).is_ok()));
        assert_eq!(same.map(|thread| thread.join().unwrap()).iter().filter(|put| **put).count(), 1);
    });
    assert_eq!(outlet.finish().unwrap().written, 801);
    assert_eq!(project.site().len(), 801);
}

#[test]
fn a_place_where_nothing_can_be_made_is_told_with_its_path() {
    let project = Project::new(Swap::Whole);
    fs::write(project.at("file"), "").unwrap();
    let target = project.at("file/public");
    let fault = Outlet::open(&Place { target: &target, root: &project.at(""), sources: &[] }, BTreeSet::new()).unwrap_err();
    assert!(matches!(&fault, WriteError::Disk { path, .. } if path.starts_with(project.at("file"))), "{fault}");
    project.check_no_debris();
}

#[test]
fn sources_are_no_place_for_output() {
    let project = Project::new(Swap::Whole);
    let sources = [project.at("public/content")];
    let place = Place { target: &project.at("public"), root: &project.at(""), sources: &sources };
    let fault = Outlet::open(&place, BTreeSet::new()).unwrap_err();
    assert!(matches!(&fault, WriteError::Overlap { with, .. } if *with == sources[0]), "{fault}");
    project.check_no_debris();
}

#[test]
fn an_outlet_to_nowhere_keeps_nothing_and_still_minds_the_paths() {
    let outlet = Outlet::nowhere();
    put_all(&outlet, SITE).unwrap();
    assert!(matches!(outlet.put(output("index.html", "again")), Err(WriteError::AlreadyPut { .. })));
    assert!(matches!(outlet.put(output("3/a", "file")), Err(WriteError::Clash { .. })));
    assert_eq!(outlet.finish().unwrap(), Summary::default());
}

/// The other end of `modes_do_not_depend_on_the_umask`.
#[test]
fn child_that_builds_once() {
    let Some(target) = std::env::var_os("RECTO_TEST_ONCE").map(PathBuf::from) else { return };
    let way = if std::env::var_os("RECTO_TEST_PER_FILE").is_some() { Swap::PerFile } else { Swap::Whole };
    let place = Place { target: &target, root: target.parent().unwrap(), sources: &[] };
    let outlet = Outlet::open_for(&place, BTreeSet::new(), way).unwrap();
    put_all(&outlet, SITE).unwrap();
    outlet.finish().unwrap();
}

#[cfg(unix)]
#[test]
fn modes_do_not_depend_on_the_umask() {
    for (umask, way) in [("077", Swap::Whole), ("000", Swap::Whole), ("077", Swap::PerFile), ("277", Swap::Whole)] {
        let project = Project::new(way);
        project.build(&SITE[..1]).unwrap();
        let mut shell = Command::new("sh");
        shell.args(["-c", "umask $1; exec \"$2\" --exact write::tests::child_that_builds_once", "sh", umask]);
        shell.arg(std::env::current_exe().unwrap()).env("RECTO_TEST_ONCE", project.at("public"));
        if way == Swap::PerFile {
            shell.env("RECTO_TEST_PER_FILE", "1");
        }
        let ran = shell.output().unwrap();
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stdout));
        project.check(SITE);
        for (path, (_, _, _, file)) in snapshot(&project.at("public")) {
            assert_eq!(file, 0o644, "umask {umask}: {path}");
            for folder in Path::new(&path).ancestors().skip(1) {
                assert_eq!(mode(&fs::metadata(project.at("public").join(folder)).unwrap()), 0o755, "umask {umask}: {folder:?}");
            }
        }
    }
}
