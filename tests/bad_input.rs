//! Bad input on a real file system: a diagnostic by name, the rest of the site still checked, nothing lost.
//!
//! - In: sites with what no site should hold: pipes, loops, names and bytes that are no text, files that are not to be read.
//! - Out: the codes that `check` tells, and that the other pages are still looked at.
#![cfg(unix)]

mod kit;

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use kit::{checked, codes, ends_with, ran, recto, tree, with_code, write};

/// A site with one broken link, which must be found whatever else is wrong.
fn site() -> tempfile::TempDir {
    kit::site(&[
        ("recto.toml", "title = \"Bad\"\nurl = \"https://bad.example/\"\n"),
        ("content/index.md", "# Home\n\n[a](gone.md)\n"),
        ("content/good.md", "# Good\n"),
    ])
}

/// Fails unless the site has the broken link, and besides only faults of these codes, all of them.
fn check(root: &Path, expected: &[&str]) {
    let report = checked(root, &[]);
    let mut all = vec!["link-not-found".to_owned()];
    all.extend(expected.iter().map(|code| (*code).to_owned()));
    all.sort();
    assert_eq!(codes(&report), all, "{report:#}");
    assert_eq!(with_code(&report, "link-not-found").len(), 1, "{report:#}");
}

#[test]
fn what_is_no_file_is_left_out_by_name() {
    let site = site();
    let content = site.path().join("content");
    assert!(Command::new("mkfifo").arg(content.join("pipe.md")).status().expect("mkfifo is there").success());
    let _socket = std::os::unix::net::UnixListener::bind(content.join("socket.md")).expect("a socket");
    // Only root may make devices, and not everywhere.
    let device = Command::new("mknod").arg(content.join("device.md")).args(["c", "1", "5"]).output();
    let devices = usize::from(device.is_ok_and(|output| output.status.success()));
    check(site.path(), &["file-not-regular"]);
    assert_eq!(with_code(&checked(site.path(), &[]), "file-not-regular").len(), 2 + devices);
}

#[test]
fn links_of_the_file_system_stay_inside_and_end() {
    let site = site();
    let content = site.path().join("content");
    symlink(".", content.join("loop")).expect("a link");
    check(site.path(), &["symlink-loop"]);
    fs::remove_file(content.join("loop")).expect("the link");

    let outside = tempfile::tempdir().expect("a folder");
    write(&outside.path().join("secret.md"), "# Secret 4711\n");
    symlink(outside.path().join("secret.md"), content.join("secret.md")).expect("a link");
    symlink(outside.path(), content.join("folder")).expect("a link");
    symlink("nowhere.md", content.join("dangling.md")).expect("a link");
    symlink("self.md", content.join("self.md")).expect("a link");
    symlink("../recto.toml", content.join("config.txt")).expect("a link");
    symlink("good.md", content.join("same.md")).expect("a link");
    check(site.path(), &["symlink-outside"]);
    ends_with(1, &mut recto(site.path(), &["build", "--keep-going"]));
    let public = tree(&site.path().join("public"));
    assert!(public.contains_key("same/index.html") && !public.contains_key("config.txt"));
    assert!(public.values().all(|bytes| !String::from_utf8_lossy(bytes).contains("4711")), "a file from outside was published");
}

#[test]
fn text_that_is_none_is_told_with_its_byte() {
    let site = site();
    write(&site.path().join("content/latin.md"), b"# T\xe9te\n");
    let report = checked(site.path(), &[]);
    check(site.path(), &["not-utf8"]);
    assert!(with_code(&report, "not-utf8")[0]["message"].as_str().is_some_and(|message| message.contains("latin.md") && message.contains('3')));

    fs::remove_file(site.path().join("content/latin.md")).expect("the file");
    let name = site.path().join("content").join(OsStr::from_bytes(b"t\xe9te.md"));
    // Some file systems refuse such names themselves.
    if fs::write(name, "# T\n").is_ok() {
        check(site.path(), &["name-invalid"]);
    }
}

#[test]
fn other_forms_of_text_are_read() {
    let site = site();
    write(&site.path().join("content/bom.md"), "\u{feff}+++\ntitle = \"Bom\"\n+++\ntext\n");
    write(&site.path().join("content/crlf.md"), "+++\r\ntitle = \"Crlf\"\r\n+++\r\n## A\r\n\r\ntext\r\n");
    write(&site.path().join("content/zero.md"), "# N\0l\n\na\0b\n");
    write(&site.path().join("content/empty.md"), "+++\ntitle = \"Empty\"\n+++\n");
    check(site.path(), &[]);
    ends_with(1, &mut recto(site.path(), &["build", "--keep-going"]));
    let public = tree(&site.path().join("public"));
    let shown = |path: &str| String::from_utf8_lossy(&public[path]).into_owned();
    assert!(shown("bom/index.html").contains(">Bom<") && shown("crlf/index.html").contains("<h2 id=\"a\""));
    assert!(!shown("crlf/index.html").contains('\r') && !shown("zero/index.html").contains('\0'));
}

#[test]
fn front_matter_that_never_ends_is_told() {
    let site = site();
    write(&site.path().join("content/open.md"), "+++\ntitle = \"Open\"\n\n# Open\n");
    let report = checked(site.path(), &[]);
    assert_eq!(with_code(&report, "front-matter-unclosed").len(), 1, "{report:#}");
    assert_eq!(with_code(&report, "link-not-found").len(), 1, "{report:#}");
}

#[test]
fn a_file_that_may_not_be_read_is_told() {
    let site = site();
    let path = site.path().join("content/locked.md");
    write(&path, "# Locked\n");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).expect("its mode");
    // Nothing is locked for root.
    if fs::read(&path).is_err() {
        check(site.path(), &["file-unreadable"]);
    }
}

#[test]
fn two_files_for_one_address_are_told_with_both_names() {
    for (one, other) in
        [("Guide.md", "guide.md"), ("caf\u{e9}.md", "cafe\u{301}.md"), ("a.md", "a/index.md"), ("b/README.md", "b/index.md"), ("c.md", "c.markdown")]
    {
        let site = site();
        write(&site.path().join("content").join(one), "# One\n");
        write(&site.path().join("content").join(other), "# Other\n");
        // A file system that takes them for one file has no fault to tell.
        if fs::read_to_string(site.path().join("content").join(one)).expect("the file") != "# One\n" {
            continue;
        }
        let report = checked(site.path(), &[]);
        let taken = with_code(&report, "address-taken");
        assert!(!taken.is_empty(), "{one} and {other}: {report:#}");
        assert_eq!(report, checked(site.path(), &[]), "{one} and {other}: told otherwise the second time");
        assert_eq!(with_code(&report, "link-not-found").len(), 1, "{one} and {other}: {report:#}");
    }
}

#[test]
fn output_may_not_lie_among_the_sources() {
    let site = site();
    for output in ["content", "content/public", ".", ".."] {
        let target = site.path().join(output);
        let said = ends_with(2, recto(site.path(), &["build", "--keep-going"]).arg("--output").arg(&target)).stderr;
        assert!(!said.is_empty());
        assert!(site.path().join("content/good.md").exists() && site.path().join("recto.toml").exists());
    }
}

#[test]
fn files_may_vanish_and_change_while_they_are_read() {
    let site = site();
    let content = site.path().join("content");
    std::thread::scope(|scope| {
        let changing = scope.spawn(|| {
            for round in 0..150_u32 {
                let path = content.join(format!("page-{}.md", round % 7));
                let _kept = if round % 3 == 0 { fs::remove_file(&path) } else { fs::write(&path, format!("# Page {round}\n")) };
                std::thread::sleep(std::time::Duration::from_millis(2));
            }
        });
        while !changing.is_finished() {
            // It ends by itself, well or with a diagnostic; a file is empty for a moment before it is written.
            let report = checked(site.path(), &[]);
            assert!(codes(&report).iter().all(|code| ["file-unreadable", "link-not-found", "title-missing"].contains(&code.as_str())), "{report:#}");
        }
    });
}

#[test]
fn a_full_disk_leaves_the_old_site() {
    let folder = tempfile::tempdir().expect("a folder");
    let disk = folder.path().join("disk");
    fs::create_dir(&disk).expect("a folder");
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=512k", "tmpfs"]).arg(&disk).output();
    if !mounted.is_ok_and(|output| output.status.success()) {
        eprintln!("no disk may be mounted here; nothing was tested");
        return;
    }
    let site = site();
    let output = disk.join("public");
    ends_with(1, recto(site.path(), &["build", "--keep-going"]).arg("--output").arg(&output));
    let before = tree(&output);
    for no in 0..300 {
        write(&site.path().join(format!("content/page-{no}.md")), format!("# Page\n\n{}\n", "word ".repeat(500)));
    }
    let full = ran(recto(site.path(), &["build", "--keep-going"]).arg("--output").arg(&output));
    let after = tree(&output);
    let left = fs::read_dir(&disk).expect("the disk").count();
    assert!(Command::new("umount").arg(&disk).status().expect("umount is there").success());
    let said = String::from_utf8_lossy(&full.stderr);
    assert_eq!(full.status.code(), Some(2), "{said}");
    assert!(said.contains("space"), "{said}");
    kit::same("the old site", &before, &after);
    assert_eq!(left, 1, "something was left behind: {said}");
}

#[test]
fn a_page_takes_in_a_thousand_files_and_no_more() {
    let lines = |count: usize| format!("# Page\n\n{}", ":::include snippets/a.md\n\n".repeat(count));
    let folder = kit::site(&[
        ("recto.toml", "title = \"T\"\nurl = \"https://t.example/\"\n"),
        ("content/index.md", "# Home\n"),
        ("snippets/a.md", "Word.\n"),
        ("content/many.md", &lines(1_000)),
    ]);
    assert_eq!(kit::checked(folder.path(), &[])["errors"], 0);
    kit::write(&folder.path().join("content/many.md"), lines(1_005));
    let report = kit::checked(folder.path(), &[]);
    let told = kit::with_code(&report, "file-too-large");
    // The first that is left out, and that once.
    assert_eq!((told.len(), &report["errors"]), (1, &1.into()), "{report}");
    assert_eq!((&told[0]["file"], &told[0]["line"]), (&"content/many.md".into(), &(3 + 2 * 1_000).into()));
}
