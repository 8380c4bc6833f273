//! `recto new`: a page, a guide or a release, from a template.

mod changelog;
mod number;
mod place;
mod template;

use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use jiff::Zoned;
use jiff::civil::Date;

use super::args::{Common, New, NewRelease, NewText};
use super::output::Printer;
use super::site::{Refused as Unset, Settings, root, settings};
use super::{Status, report};
use crate::config::Config;
use crate::discover::{self, Found, Listing, Place};
use crate::id::{PageId, SourcePath, Url};
use crate::parse::{Role, release_of};
use place::{Home, Refused};
use template::{Filling, What};

pub(super) fn run(common: &Common, options: &New) -> Status {
    let printer = Printer::new(common);
    let root = match root(common, printer) {
        Ok(root) => root,
        Err(status) => return status,
    };
    let Settings { config, request, .. } = match settings(&root, common, printer) {
        Ok(settings) => settings,
        Err(Unset::Options(status)) => return status,
        Err(Unset::Config(diagnostics, text)) => {
            report::broken_config(diagnostics, &text, printer, report::Format::Human);
            return Status::Failed;
        }
    };
    let made = match request.only[..] {
        [] => Ok(None),
        [only] => Ok(Some(only)),
        _ => Err(("a new file goes into one version".to_owned(), Some("give `--only` once".to_owned()))),
    };
    let made = made.and_then(|only| place::home(&config, only)).and_then(|home| {
        // What is wrong with the site is for `check` to tell.
        let listing = discover::list(&config).value;
        let site = Site { root: &root, config: &config, home: &home, listing: &listing };
        match options {
            New::Page(text) => site.page(What::Page, text),
            New::Guide(text) => site.page(What::Guide, text),
            New::Release(release) => site.release(release),
        }
    });
    match made {
        Ok(lines) => {
            for line in lines {
                printer.say(&line);
            }
            Status::Well
        }
        Err((fault, help)) => {
            printer.fail(&fault, help.as_deref());
            Status::Failed
        }
    }
}

/// The day that files are stamped with: the one that was typed, or today where the writer is.
fn day(typed: Option<Date>) -> Date {
    typed.unwrap_or_else(|| Zoned::now().date())
}

/// A site that gets a new file.
struct Site<'a> {
    root: &'a Path,
    config: &'a Config,
    home: &'a Home,
    listing: &'a Listing,
}

impl Site<'_> {
    fn page(&self, what: What, options: &NewText) -> Result<Vec<String>, Refused> {
        let here = std::env::current_dir().map_err(|error| (format!("cannot tell the current folder: {error}"), None))?;
        let usual = if what == What::Guide { "guides" } else { "" };
        let path = place::path(&options.path, self.root, &here, self.home, usual)?;
        let title = match &options.title {
            Some(title) if title.trim().is_empty() || title.contains(char::is_control) => {
                return Err(("a title is one line of text".to_owned(), None));
            }
            Some(title) => (title.trim().to_owned(), title.trim().to_owned()),
            None => self.title(&path),
        };
        let version = self.config.versioned.then(|| self.config.versions[self.home.version].id.to_string());
        let made = self.make(&path, what, &Filling { title, date: day(options.date).to_string(), version })?;
        let navigation = self.listing.versions[self.home.version].nav.as_ref();
        let listed = navigation.map(|nav| format!("the navigation is written down in `{}`: add the page there", nav.found.file));
        Ok([made].into_iter().chain(listed).collect())
    }

    /// The title of a page without one: by its name, or by its folder's.
    fn title(&self, path: &SourcePath) -> (String, String) {
        let id = PageId::new(path.as_str());
        match id.as_str().rsplit('/').next().filter(|name| !name.is_empty()) {
            Some(name) => template::title_of(name),
            None => {
                let title = self.config.title.clone().unwrap_or_else(|| "Documentation".to_owned());
                (title.clone(), title)
            }
        }
    }

    fn release(&self, options: &NewRelease) -> Result<Vec<String>, Refused> {
        let date = day(options.date);
        let changelog = self.changelog()?;
        let Some(typed) = &options.number else { return Err(self.suggestions(date)) };
        let number = number::number(typed)
            .map_err(|why| (format!("`{typed}` cannot be a release: {why}"), Some("write its number, as `3.2.1` or `2026.10`".to_owned())))?;
        let filling = Filling { title: (number.to_owned(), number.to_owned()), date: date.to_string(), version: Some(number.to_owned()) };
        let Some((found, text)) = changelog else {
            let path = SourcePath::new(&format!("{}/{number}.md", Role::FOLDER))
                .map_err(|fault| (format!("`{number}` cannot be a release: {fault}"), None))?;
            return Ok(vec![self.make(&path, What::Release, &filling)?]);
        };
        let Place::Disk(place) = &found.place else {
            return Err((
                format!("the changelog `{}` is read from git", found.file),
                Some("name the version that holds it with `--only`".to_owned()),
            ));
        };
        let template = template::text(self.root, What::Release, &filling).map_err(|why| (why, None))?;
        let sections = sections(&template);
        let written = changelog::with_release(&text, number, &filling.date, &sections)
            .map_err(|changelog::Told| (format!("`{}` tells of {number} already", found.file), None))?;
        replace(place, &written).map_err(|error| (format!("cannot write `{}`: {error}", found.file), None))?;
        Ok(vec![format!("put {number} into `{}`; {}", found.file, self.seen(&format!("{}/{number}", Role::FOLDER)))])
    }

    /// The one file that holds all releases, and its text; none where each has a file.
    fn changelog(&self) -> Result<Option<(&Found, String)>, Refused> {
        let mut pages = self.listing.versions[self.home.version].pages.iter();
        let Some(found) = pages.find(|found| Role::of(&found.path) == Role::Changelog) else { return Ok(None) };
        // As it is: line endings too.
        let text = match &found.place {
            Place::Disk(path) => fs::read_to_string(path),
            Place::Git(..) => Ok(String::new()),
        };
        text.map(|text| Some((&**found, text))).map_err(|error| (format!("cannot read `{}`: {error}", found.file), None))
    }

    /// What to say where no number was typed: what the next one could be.
    fn suggestions(&self, today: Date) -> Refused {
        let mut known: Vec<String> = Vec::new();
        for found in self.listing.versions.iter().flat_map(|version| &version.pages) {
            match Role::of(&found.path) {
                Role::Release => known.extend(release_of(PageId::new(found.path.name()).as_str(), 1)),
                Role::Changelog => {
                    let text = discover::read(found).map(|source| source.text.to_string()).unwrap_or_default();
                    known.extend(changelog::releases(&text));
                }
                Role::Page => {}
            }
        }
        let next = number::newest(known.iter().map(String::as_str)).map(|newest| (newest, number::next(newest, today)));
        let (fault, numbers) = match next {
            Some((newest, next)) if !next.is_empty() => (format!("which release? The newest is {newest}"), next),
            _ => ("which release? There is none yet".to_owned(), vec!["0.1.0".to_owned(), "1.0.0".to_owned()]),
        };
        let numbers: Vec<String> = numbers.iter().map(|number| format!("`recto new release {number}`")).collect();
        (fault, Some(format!("write {}", numbers.join(" or "))))
    }

    /// Makes the file at `path`, if a page can be there; what to say of it.
    fn make(&self, path: &SourcePath, what: What, filling: &Filling) -> Result<String, Refused> {
        let name = place::name(self.home, path);
        place::judge(path, self.config, self.home, self.listing)?;
        let text = template::text(self.root, what, filling).map_err(|why| (why, None))?;
        self.write(path, &text).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => (format!("`{name}` is there already"), None),
            _ => (format!("cannot write `{name}`: {error}"), None),
        })?;
        Ok(format!("made `{name}`; {}", self.seen(PageId::new(path.as_str()).as_str())))
    }

    /// Writes a file that is not there. No link may lead it out of the content folder.
    fn write(&self, path: &SourcePath, text: &str) -> io::Result<()> {
        let content = self.root.join(&self.home.folder);
        fs::create_dir_all(&content)?;
        let content = content.canonicalize()?;
        let target = content.join(path.as_str());
        let folder = target.parent().unwrap_or(&content);
        let nearest = folder.ancestors().find(|folder| folder.symlink_metadata().is_ok()).unwrap_or(&content);
        if !nearest.canonicalize()?.starts_with(&content) {
            return Err(io::Error::other("a link leads out of the content folder"));
        }
        fs::create_dir_all(folder)?;
        let mut file = OpenOptions::new().write(true).create_new(true).open(&target)?;
        file.write_all(text.as_bytes())
    }

    /// Where a page can be seen.
    fn seen(&self, id: &str) -> String {
        let version = &self.config.versions[self.home.version];
        let within = if self.home.version == self.config.current() { String::new() } else { format!("{}/", version.id) };
        format!("`recto serve` shows it at {}", Url::folder(&format!("{within}{id}")))
    }
}

/// What a template holds for a section of a larger file: without front matter, comments and the title.
fn sections(template: &str) -> String {
    let mut text = String::new();
    let mut rest = &template[template::body(template)..];
    while let Some((before, behind)) = rest.split_once("<!--") {
        text.push_str(before.trim_end());
        text.push_str("\n\n");
        rest = behind.split_once("-->").map_or("", |(_, behind)| behind.trim_start());
    }
    text.push_str(rest);
    let lines = text.lines().filter(|line| !line.starts_with("# "));
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// Puts `text` in the place of a file: written beside it, and renamed.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".new-{}", std::process::id()));
    let aside: PathBuf = path.with_file_name(name);
    let permissions = fs::metadata(path)?.permissions();
    let mut file = OpenOptions::new().write(true).create_new(true).open(&aside)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.set_permissions(permissions)).and_then(|()| file.sync_all());
    let renamed = written.and_then(|()| fs::rename(&aside, path));
    if renamed.is_err() {
        // What could not be written shall not lie about; what is wrong is told below.
        let _left = fs::remove_file(&aside);
    }
    renamed
}
