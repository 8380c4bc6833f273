//! Templates, styles and scripts: how pages look. The only file that knows `tera`.
//!
//! The default theme is part of the program. A site's theme (`themes/NAME/`) and its own `templates/` replace it file by file: of
//! templates of one name the site's comes first, then the theme's, then the built-in one, which stays within reach as
//! `recto/NAME` (`{% extends "recto/page.html" %}`).

use std::collections::BTreeMap;

use include_dir::{Dir, include_dir};
use serde::Serialize;
use tera::{Context, ErrorKind, Tera};

use super::lean;
use crate::config::Config;
use crate::diagnostic::{Code, Diagnosed, Diagnostic, Diagnostics, Span};
use crate::discover::{SiteFiles, Source, TemplateOwner};
use crate::id::{Digest, FileName, Url};

static TEMPLATES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates");
static DEFAULT: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/themes/default");

/// The folder of the output that holds the theme's files.
const FOLDER: &str = "_/theme";

/// The scripts of a theme, without their ending: each with a task of its own.
const SCRIPTS: [&str; 5] = ["theme", "site", "more", "lost", "redirect"];

/// How pages look, ready to be used from several threads.
#[derive(Clone)]
pub struct Theme {
    tera: Tera,
    /// The files that the theme brings along: address and bytes.
    pub files: Vec<(Url, Vec<u8>)>,
    /// The stylesheet.
    pub stylesheet: Url,
    /// The script that runs before a page is painted.
    pub theme_script: Url,
    /// The script of every page.
    pub script: Url,
    /// The script of what only few readers ask for, which pages bring when they do.
    pub more_script: Url,
    /// The script of the page for addresses that are not there.
    pub lost_script: Url,
    /// The script of redirect pages.
    pub redirect_script: Url,
    /// The script of the search, and its stylesheet: they come when a reader first searches.
    pub search: (Url, Url),
    /// The stylesheet and the script of pages about what changed.
    pub changelog: (Url, Url),
    /// Where each template of the site came from, by the name that tera knows it by.
    sources: Sources,
    /// Themes with equal templates have equal digests, in one build of Recto.
    pub digest: Digest,
}

/// The site's own templates, by the name that tera knows each by.
type Sources = BTreeMap<String, Source>;

/// The theme that the site's files and the built-in ones make. A site's templates that do not parse are told, and the built-in ones
/// stand in for all of them, so that the rest of the site can be checked.
///
/// `theme_files` are the files of the theme's folder beside its templates, by name.
pub fn theme(config: &Config, files: &SiteFiles, theme_files: &BTreeMap<String, Vec<u8>>) -> Diagnosed<Theme> {
    let mut diagnostics = Diagnostics::new();
    let mut sources = BTreeMap::new();
    let mut templates = built_in();
    for (owner, name, source) in &files.templates {
        let prefix = match owner {
            TemplateOwner::Site => "site/",
            TemplateOwner::Theme => "theme/",
        };
        sources.insert(format!("{prefix}{name}"), source.clone());
        templates.push((format!("{prefix}{name}"), source.text.to_string()));
    }
    let tera = compiled(&templates).unwrap_or_else(|error| {
        diagnostics.push(told(&error, &sources));
        compiled(&built_in()).unwrap_or_default()
    });
    let mut stylesheet = bytes(theme_files, "site.css");
    if let Some(accent) = &config.theme.accent {
        stylesheet.extend_from_slice(format!("\n:root{{--accent:{accent}}}\n").as_bytes());
    }
    let mut out = Vec::new();
    let stylesheet = hashed("site", "css", stylesheet, &mut out);
    let mut script = |stem: &str| hashed(stem, "js", bytes(theme_files, &format!("{stem}.js")), &mut out);
    let [theme_script, site_script, more_script, lost_script, redirect_script] = SCRIPTS.map(&mut script);
    let search = (script("search"), hashed("search", "css", bytes(theme_files, "search.css"), &mut out));
    let changelog = (
        hashed("changelog", "css", bytes(theme_files, "changelog.css"), &mut out),
        hashed("changelog", "js", bytes(theme_files, "changelog.js"), &mut out),
    );
    let known = |name: &str| {
        matches!(name, "site.css" | "search.css" | "search.js" | "changelog.css" | "changelog.js")
            || name.strip_suffix(".js").is_some_and(|stem| SCRIPTS.contains(&stem))
    };
    for (name, bytes) in theme_files.iter().filter(|(name, _)| !known(name)) {
        out.push((Url::file(&format!("{FOLDER}/{name}")), bytes.clone()));
    }
    let digest = digest(&sources);
    let value = Theme {
        tera,
        files: out,
        stylesheet,
        theme_script,
        script: site_script,
        more_script,
        lost_script,
        redirect_script,
        search,
        changelog,
        sources,
        digest,
    };
    Diagnosed { value, diagnostics }
}

/// The digest of a site's own templates. The built-in ones belong to the program.
fn digest(sources: &Sources) -> Digest {
    let mut hasher = blake3::Hasher::new();
    for (name, source) in sources {
        hasher.update(Digest::of(name.as_bytes()).bytes());
        hasher.update(source.digest.bytes());
        // What is told of a template names its file.
        hasher.update(Digest::of(source.file.as_str().as_bytes()).bytes());
    }
    Digest::from_hasher(&hasher)
}

/// A file of the site's theme, or the built-in one of that name.
fn bytes(theme_files: &BTreeMap<String, Vec<u8>>, name: &str) -> Vec<u8> {
    let built_in = || {
        let text = DEFAULT.get_file(name)?.contents_utf8()?;
        Some(if name.ends_with(".js") { lean::script(text) } else { lean::style(text) }.into_bytes())
    };
    theme_files.get(name).cloned().or_else(built_in).unwrap_or_default()
}

/// A file whose name tells its bytes, so that browsers may keep it for ever.
fn hashed(stem: &str, ending: &str, bytes: Vec<u8>, out: &mut Vec<(Url, Vec<u8>)>) -> Url {
    let url = Url::file(&format!("{FOLDER}/{stem}-{}.{ending}", Digest::of(&bytes).short()));
    out.push((url.clone(), bytes));
    url
}

fn built_in() -> Vec<(String, String)> {
    let mut templates = Vec::new();
    let mut folders = vec![&TEMPLATES];
    while let Some(folder) = folders.pop() {
        folders.extend(folder.dirs());
        for file in folder.files() {
            if let (Some(name), Some(text)) = (file.path().to_str(), file.contents_utf8()) {
                templates.push((format!("recto/{}", name.replace('\\', "/")), text.to_owned()));
            }
        }
    }
    templates.sort();
    templates
}

fn compiled(templates: &[(String, String)]) -> Result<Tera, tera::Error> {
    let mut tera = Tera::new();
    tera.set_fallback_prefixes(["site/", "theme/", "recto/"])?;
    tera.add_raw_templates(templates.iter().map(|(name, text)| (name, text)))?;
    Ok(tera)
}

impl Theme {
    /// The files whose names tell their bytes.
    pub fn lasting(&self) -> [&Url; 10] {
        let (search_script, search_stylesheet) = &self.search;
        let (changelog_stylesheet, changelog_script) = &self.changelog;
        [
            &self.stylesheet,
            &self.theme_script,
            &self.script,
            &self.more_script,
            &self.lost_script,
            &self.redirect_script,
            search_script,
            search_stylesheet,
            changelog_stylesheet,
            changelog_script,
        ]
    }

    /// Whether there is a template of this name.
    /// One that could not be read counts too: what is wrong with it was told.
    pub fn has(&self, template: &str) -> bool {
        let known = |name: String| self.tera.contains_template(&name) || self.sources.contains_key(&name);
        ["site/", "theme/", "recto/"].iter().any(|prefix| known(format!("{prefix}{template}")))
    }

    /// Whether the built-in templates stand in for the site's own, which could not be read.
    pub fn stands_in(&self) -> bool {
        self.sources.keys().any(|name| !self.tera.contains_template(name))
    }

    /// The built-in theme by itself.
    pub fn built_in() -> Self {
        let tera = compiled(&built_in()).unwrap_or_default();
        Self {
            tera,
            files: Vec::new(),
            stylesheet: Url::folder(""),
            theme_script: Url::folder(""),
            script: Url::folder(""),
            more_script: Url::folder(""),
            lost_script: Url::folder(""),
            redirect_script: Url::folder(""),
            search: (Url::folder(""), Url::folder("")),
            changelog: (Url::folder(""), Url::folder("")),
            sources: Sources::new(),
            digest: digest(&Sources::new()),
        }
    }

    /// Puts `body` through the component `name`.
    ///
    /// # Errors
    /// `template-invalid`: it takes other arguments, or uses what does not exist.
    pub fn component(&self, name: &str, arguments: &impl Serialize, body: &str) -> Result<String, Diagnostic> {
        let context = Context::from_serialize(arguments).map_err(|error| told(&error, &self.sources))?;
        self.tera.render_component(name, &context, Some(body), true).map_err(|error| told(&error, &self.sources))
    }

    /// Puts `view` through the template `name`.
    ///
    /// # Errors
    /// `template-invalid`, at the place in the template: it uses what does not exist.
    pub fn render(&self, name: &str, view: &impl Serialize) -> Result<String, Diagnostic> {
        let context = Context::from_serialize(view).map_err(|error| told(&error, &self.sources))?;
        self.tera.render(name, &context).map_err(|error| told(&error, &self.sources))
    }
}

fn told(error: &tera::Error, sources: &Sources) -> Diagnostic {
    let file = |name: &str| match sources.get(name) {
        Some(source) => source.file.clone(),
        None => FileName::new(format!("templates/{}", name.trim_start_matches("recto/"))),
    };
    match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            let mut letters = report.message().chars();
            let message: String = letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default();
            Diagnostic::new(Code::TemplateInvalid, message.trim_end_matches('.')).at(Span::new(file(report.filename()), report.span().range.clone()))
        }
        ErrorKind::MissingParent { current, parent } => Diagnostic::new(Code::TemplateInvalid, format!("there is no template `{parent}` to extend"))
            .at(Span::whole(file(current)))
            .help("built-in templates are called `recto/page.html`, and so on".to_owned()),
        ErrorKind::CircularExtend { tpl, .. } | ErrorKind::CircularInclude { tpl, .. } => {
            Diagnostic::new(Code::TemplateInvalid, "templates extend or include each other in a circle").at(Span::whole(file(tpl)))
        }
        other => printed(&other.to_string(), sources),
    }
}

/// Some faults come as a printed report: a sentence, then ` --> site/page.html:1:17`.
fn printed(report: &str, sources: &Sources) -> Diagnostic {
    let first = report.lines().next().unwrap_or(report);
    let diagnostic = Diagnostic::new(Code::TemplateInvalid, sentence(first.trim_start_matches("error: ")));
    let place = report.lines().find_map(|line| line.trim_start().strip_prefix("--> "));
    let parts: Vec<&str> = place.unwrap_or_default().rsplitn(3, ':').collect();
    let [column, line, name] = parts[..] else { return diagnostic };
    let Some((source, line, column)) =
        sources.get(name).zip(line.parse::<usize>().ok()).zip(column.parse::<usize>().ok()).map(|((a, b), c)| (a, b, c))
    else {
        return diagnostic;
    };
    let start: usize = source.text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let before: usize = source.text[start..].chars().take(column.saturating_sub(1)).map(char::len_utf8).sum();
    let word = source.text[start + before..].find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(0);
    diagnostic.at(Span::new(source.file.clone(), start + before..start + before + word.max(1)))
}

/// A message in the form of this program's: without a capital or a full stop.
fn sentence(message: &str) -> String {
    let mut letters = message.trim_end_matches('.').chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discover::Source;

    fn with(templates: &[(&str, &str)]) -> Diagnosed<Theme> {
        let config = crate::config::read(std::path::Path::new("/site"), None).expect("defaults").value;
        let mut files = SiteFiles::default();
        for (name, text) in templates {
            let source = Source { file: FileName::new(format!("templates/{name}")), digest: Digest::of(text.as_bytes()), text: (*text).into() };
            files.templates.push((TemplateOwner::Site, (*name).to_owned(), source));
        }
        theme(&config, &files, &BTreeMap::new())
    }

    #[test]
    fn a_sites_template_replaces_one_and_reaches_the_built_in_one() {
        let theme = with(&[("x.html", "{{ a }}"), ("redirect.html", "mine {% include \"x.html\" %}")]);
        assert!(theme.diagnostics.is_empty(), "{:?}", theme.diagnostics);
        let out = theme.value.render("redirect.html", &BTreeMap::from([("a", "<b>")])).expect("renders");
        assert_eq!(out, "mine &lt;b&gt;");
        assert!(theme.value.has("page.html") && !theme.value.has("nothing.html"));
    }

    #[test]
    fn components_say_what_they_are_without_script() {
        let tera = with(&[]).value.tera;
        let check = |name: &str, arguments: &[(&'static str, tera::Value)], expected: &str| {
            let mut context = Context::new();
            for (key, value) in arguments {
                context.insert_value(*key, value.clone());
            }
            assert_eq!(tera.render_component(name, &context, Some("<p>Text.</p>\n"), true).expect("renders"), expected);
        };
        let text = |text: &str| tera::Value::from(text);
        check(
            "callout",
            &[("kind", text("tip")), ("label", text("Tip")), ("title", text("Tip"))],
            "<aside class=\"callout tip\" role=\"note\" aria-label=\"Tip\"><p class=\"callout-title\">Tip</p>\n<p>Text.</p>\n</aside>",
        );
        check(
            "callout",
            &[("kind", text("note")), ("label", text("Note")), ("title", text("<em>Mind</em>"))],
            "<aside class=\"callout note\" role=\"note\" aria-label=\"Note\"><p class=\"callout-title\"><span class=\"only-heard\">Note: </span>\
             <em>Mind</em></p>\n<p>Text.</p>\n</aside>",
        );
        check(
            "details",
            &[("title", text("<code>a</code>")), ("open", tera::Value::from(true))],
            "<details class=\"details\" open><summary><code>a</code></summary>\n<p>Text.</p>\n</details>",
        );
        let tab = BTreeMap::from([("label", "\"C\""), ("title", "<b>C</b>"), ("html", "<p>c</p>\n")]);
        check(
            "tabs",
            &[("tabs", tera::Value::from_serializable(&[tab])), ("code", tera::Value::from(true))],
            "<div class=\"tabs code-group\">\n<div class=\"tab\" role=\"group\" aria-label=\"&quot;C&quot;\"><p class=\"tab-title\"><b>C</b></p>\n\
             <p>c</p>\n</div>\n</div>",
        );
        check("steps", &[], "<div class=\"steps\">\n<p>Text.</p>\n</div>");
        check("cards", &[], "<div class=\"cards\">\n<p>Text.</p>\n</div>");
    }

    #[test]
    fn faults_point_into_the_template() {
        let theme = with(&[("x.html", "a\n{{ b")]);
        let told = &theme.diagnostics[0];
        assert_eq!((told.code, told.span.as_ref().map(|span| span.file.as_str())), (Code::TemplateInvalid, Some("templates/x.html")));
        let theme = with(&[("x.html", "a\n{{ b.c }}")]).value;
        let told = theme.render("x.html", &BTreeMap::from([("a", "b")])).expect_err("nothing there");
        assert_eq!(told.span.map(|span| span.range.start > 0), Some(true));
    }
}
