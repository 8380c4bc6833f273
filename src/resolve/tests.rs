//! Sites made in memory: what becomes of pages that lie in several versions, and of the links between them.

use super::link::{Linker, Standing, Target};
use super::*;
use crate::diagnostic::arrange;
use crate::parse::Role;

/// The site that `text` describes: `== version/path ==` before each page, the newest version with the highest number; `== path ==` in a
/// site without versions.
fn with_site<T>(text: &str, versions: &[&str], look: impl FnOnce(&Site, &Config, &[VersionInput], &mut Diagnostics) -> T) -> (T, Diagnostics) {
    let mut toml = String::from("url = 'https://docs.example'\n[audiences]\npartner = 'Partners'\n");
    for (no, id) in versions.iter().enumerate() {
        let status = if no == 0 { "current" } else { "supported" };
        toml += &format!("[[versions]]\nid = '{id}'\nstatus = '{status}'\n");
    }
    let config = crate::config::read(std::path::Path::new("/site"), Some(toml.into())).expect("TOML").value;
    let mut inputs: Vec<VersionInput> = config.versions.iter().map(|_| VersionInput::default()).collect();
    for part in text.split("== ").skip(1) {
        let (name, body) = part.split_once(" ==\n").expect("a name");
        let (version, path) = match versions {
            [] => (0, name),
            _ => {
                let (id, path) = name.split_once('/').expect("a version");
                (config.version(id).expect("a known version"), path)
            }
        };
        let path = SourcePath::new(path).expect("a path");
        let file = FileName::new(name);
        if path.is_page() {
            let nothing = crate::parse::door::Asked::default();
            let page = crate::parse::page(body, &file, Role::of(&path), &config.markdown, &|question| nothing.answer(question));
            inputs[version].pages.extend(PageInput::of(&path, &file, &Arc::new(page.value), None));
        } else if path.as_str() == "nav.toml" {
            let items = crate::parse::nav::nav(body, &file).value;
            inputs[version].nav = Some(NavInput { file, items, strict: true });
        } else {
            inputs[version].assets.push(AssetInput { path, file, facts: AssetFacts::default() });
        }
    }
    for input in &mut inputs {
        input.pages.sort_by(|a, b| a.path.cmp(&b.path));
    }
    let Diagnosed { value: site, mut diagnostics } = site(&config, &inputs, &[], &Audience::default());
    let looked = look(&site, &config, &inputs, &mut diagnostics);
    arrange(&mut diagnostics);
    (looked, diagnostics)
}

fn told(diagnostics: &Diagnostics) -> Vec<String> {
    diagnostics
        .iter()
        .map(|d| format!("{}: {}{}", d.code.name(), d.message, d.help.as_ref().map_or_else(String::new, |help| format!(" ({help})"))))
        .collect()
}

/// Where the switcher of the page at `from` leads in each version, then the diagnostics.
fn check_switcher(text: &str, versions: &[&str], from: &str, expected: &[&str]) {
    let (mut lines, diagnostics) = with_site(text, versions, |site, config, _, _| {
        let page = site.catalog.pages.iter().position(|page| page.url.as_str() == from).expect("a page");
        (0..versions.len())
            .filter_map(|version| {
                let link = site.counterpart(page, version)?;
                Some(format!("{} {}{}", config.versions[version].id, site.catalog.pages[link.page].url, if link.same { "" } else { " (nearest)" }))
            })
            .collect::<Vec<_>>()
    });
    lines.extend(told(&diagnostics));
    assert_eq!(lines, expected, "{text}");
}

/// What the links of all pages lead to, then the diagnostics.
fn check_links(text: &str, versions: &[&str], expected: &[&str]) {
    let (mut lines, diagnostics) = with_site(text, versions, |site, config, inputs, diagnostics| {
        let linker = Linker::new(site, config);
        let mut lines = Vec::new();
        for (no, page) in site.catalog.pages.iter().enumerate() {
            let Some((version, source)) = page.source else { continue };
            for link in &inputs[version].pages[source].page.links {
                let target = linker.target(Standing::Page(no), &page.file, &[], link, diagnostics);
                lines.push(match target {
                    Target::Page(page, rest) => format!("{} -> {}{rest}", link.target, site.catalog.pages[page].url),
                    Target::Asset(asset, _) => format!("{} -> file {}", link.target, site.catalog.assets[asset].url),
                    other => format!("{} -> {other:?}", link.target),
                });
            }
        }
        lines
    });
    lines.extend(told(&diagnostics));
    assert_eq!(lines, expected, "{text}");
}

fn check_redirects(text: &str, versions: &[&str], expected: &[&str]) {
    let (mut lines, diagnostics) = with_site(text, versions, |site, _, _, _| {
        site.redirects.iter().map(|redirect| format!("{} -> {}", redirect.from, site.catalog.pages[redirect.to].url)).collect::<Vec<_>>()
    });
    lines.extend(told(&diagnostics));
    assert_eq!(lines, expected, "{text}");
}

const MOVED: &str = "== 1/guides/hooks.md ==\n# Hooks\n== 2/guides/webhooks.md ==\n+++\nmoved_from = ['guides/hooks.md']\n+++\n# Webhooks\n";

#[test]
fn switcher_follows_a_renamed_page() {
    check_switcher(MOVED, &["2", "1"], "/1/guides/hooks/", &["2 /guides/webhooks/", "1 /1/guides/hooks/"]);
    check_switcher(MOVED, &["2", "1"], "/guides/webhooks/", &["2 /guides/webhooks/", "1 /1/guides/hooks/"]);
}

#[test]
fn identity_crosses_a_version_that_lacks_the_page() {
    let text = format!(
        "{}== 3/guides/webhooks.md ==\n# W\n== 0/guides/hooks.md ==\n# H\n",
        MOVED.replace("== 1/", "== 0/").replacen("== 0/guides/hooks.md ==\n# Hooks\n", "== 1/index.md ==\n# Home\n", 1)
    );
    check_switcher(
        &text,
        &["3", "2", "1", "0"],
        "/guides/webhooks/",
        &["3 /guides/webhooks/", "2 /2/guides/webhooks/", "1 /1/ (nearest)", "0 /0/guides/hooks/"],
    );
}

#[test]
fn a_page_that_is_gone_leads_to_its_section() {
    let text = "== 1/guides/a.md ==\n# A\n== 1/guides/index.md ==\n# Guides\n== 2/guides/index.md ==\n# Guides\n";
    check_switcher(text, &["2", "1"], "/1/guides/a/", &["2 /guides/ (nearest)", "1 /1/guides/a/"]);
}

#[test]
fn a_path_that_is_used_again_must_say_so() {
    let text = format!("{MOVED}== 2/guides/hooks.md ==\n# Other\n");
    let said = "identity-ambiguous: `2/guides/webhooks.md` and `2/guides/hooks.md`: both continue `guides/hooks` of an older version (write `new = true` in the one that does not, or `split_from` instead of `moved_from`)";
    check_switcher(&text, &["2", "1"], "/guides/webhooks/", &["2 /guides/webhooks/", "1 /1/guides/ (nearest)", said]);
    let text = format!("{MOVED}== 2/guides/hooks.md ==\n+++\nnew = true\n+++\n# Other\n");
    check_switcher(&text, &["2", "1"], "/guides/webhooks/", &["2 /guides/webhooks/", "1 /1/guides/hooks/"]);
}

#[test]
fn split_and_merged_pages_lead_to_each_other() {
    let text =
        "== 1/a.md ==\n# A\n== 1/b.md ==\n# B\n== 2/a.md ==\n+++\nmoved_from = ['b']\n+++\n# A\n== 2/c.md ==\n+++\nsplit_from = ['a']\n+++\n# C\n";
    check_switcher(text, &["2", "1"], "/c/", &["2 /c/", "1 /1/a/ (nearest)"]);
    check_switcher(text, &["2", "1"], "/1/b/", &["2 /a/ (nearest)", "1 /1/b/"]);
}

#[test]
fn links_are_found_as_files_and_as_addresses() {
    check_links(
        "== index.md ==\n# H\n[a](guides/a.md#x) [b](/guides/a/) [c](guides/) [d](shape.png) [e](guides/a) [f](#h)\n== guides/a.md ==\n# A\n## X\n[up](../index.md) [s](b.md) [t](../b/)\n== guides/b.md ==\n# B\n== shape.png ==\n",
        &[],
        &[
            "guides/a.md#x -> /guides/a/#x",
            "/guides/a/ -> /guides/a/",
            "guides/ -> /guides/",
            "shape.png -> file /shape.png",
            "guides/a -> /guides/a/",
            "#f -> Here(\"#h\")",
            "../index.md -> /",
            "b.md -> /guides/b/",
            "../b/ -> /guides/b/",
        ]
        .map(|line| line.replace("#f -> Here", "#h -> Here"))
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>(),
    );
}

#[test]
fn links_into_other_versions_name_them() {
    check_links(
        "== 2/a.md ==\n# A\n[old](1:b.md) [wrong](1:c.md)\n== 1/b.md ==\n# B\n[own](/b/) [new](2:a.md) [up](/a/)\n",
        &["2", "1"],
        &["1:b.md -> /1/b/", "1:c.md -> Nothing", "/b/ -> /1/b/", "2:a.md -> /a/", "/a/ -> /a/", "link-not-found: no page `c.md` in version 1"],
    );
}

#[test]
fn wrong_links_get_the_nearest_target() {
    check_links(
        "== a.md ==\n# A\n[1](webhok.md) [2](guides/hooks.md) [3](#ax) [4](d.md) [5](javascript:x) [6](p.md)\n## Ay\n== webhook.md ==\n+++\nmoved_from = ['guides/hooks']\n+++\n# W\n== d.md ==\n+++\ndraft = true\n+++\n# D\n== p.md ==\n+++\naudience = 'partner'\n+++\n# P\n",
        &[],
        &[
            "webhok.md -> Nothing",
            "guides/hooks.md -> Nothing",
            "#ax -> Here(\"#ax\")",
            "d.md -> Nothing",
            "javascript:x -> Nothing",
            "p.md -> Nothing",
            "link-not-found: no page `webhok.md` (write `webhook.md`)",
            "link-not-found: no page `guides/hooks.md` (write `webhook.md`)",
            "anchor-not-found: no `#ax` on this page (write `#a`)",
            "link-unpublished: `d.md` is a draft (publish it first, or remove the link)",
            "link-scheme: links with `javascript:` are not allowed (browsers would run or read what it holds; link to a page or a file instead)",
            "link-unpublished: `p.md` is only for the audience `partner` (remove the link, or show that page to everyone)",
        ],
    );
}

#[test]
fn schemes_do_not_hide() {
    check_links(
        "== a.md ==\n# A\n[1](JaVaScRiPt:x) [2](java&Tab;script:x) [3](&#x01;javascript:x) [4](//evil.example/x) ![5](https://a.example/x.png)\n",
        &[],
        &[
            "JaVaScRiPt:x -> Nothing",
            "java\tscript:x -> Nothing",
            "\u{1}javascript:x -> Nothing",
            "//evil.example/x -> External(\"//evil.example/x\")",
            "https://a.example/x.png -> Remote(\"https://a.example/x.png\")",
            "link-scheme: links with `javascript:` are not allowed (browsers would run or read what it holds; link to a page or a file instead)",
            "link-scheme: links with `javascript:` are not allowed (browsers would run or read what it holds; link to a page or a file instead)",
            "link-scheme: links with `javascript:` are not allowed (browsers would run or read what it holds; link to a page or a file instead)",
            "remote-image: the image is on another host, `a.example`; it is shown as a link (put a copy beside the page, or allow the host with `[markdown] remote_images = [\"a.example\"]`)",
        ],
    );
}

#[test]
fn old_addresses_lead_to_what_became_of_them() {
    check_redirects(
        &format!("{MOVED}== 1/gone.md ==\n# G\n"),
        &["2", "1"],
        &[
            "/2/ -> /",
            "/2/guides/ -> /guides/",
            "/2/guides/webhooks/ -> /guides/webhooks/",
            "/gone/ -> /1/gone/",
            "/guides/hooks/ -> /guides/webhooks/",
        ],
    );
    check_redirects(
        "== a.md ==\n+++\naliases = ['/old/', 'https://x.example', '/b/', '/old/page.html', '/', '../x']\n+++\n# A\n== b.md ==\n# B\n",
        &[],
        &[
            "/old/ -> /a/",
            "/old/page.html -> /a/",
            "front-matter-value-invalid: `https://x.example` is not an old address of this site (write the path of the old address, as `/guides/hooks/`)",
            "address-taken: the old address `/b/` belongs to `b.md` too (remove it from one of them)",
            "front-matter-value-invalid: `/` is not an old address of this site (write the path of the old address, as `/guides/hooks/`)",
            "front-matter-value-invalid: `../x` is not an old address of this site (write the path of the old address, as `/guides/hooks/`)",
        ],
    );
}

#[test]
fn two_sources_of_one_address_are_told() {
    let (_, diagnostics) = with_site("== Guides.md ==\n# A\n== guides/index.md ==\n# B\n== upgrade.md ==\n# C\n", &[], |_, _, _, _| ());
    assert_eq!(
        told(&diagnostics),
        [
            "address-taken: `guides/index.md` and the page `Guides.md` have one address, `/guides/` (rename one of them)",
            "address-taken: `upgrade.md` would be at `/upgrade/`, which is kept for the upgrade page (rename the file or folder)",
        ]
    );
}

#[test]
fn navigation_goes_by_order_then_title() {
    let text = "== index.md ==\n# Home\n== b.md ==\n# Part 10\n== a.md ==\n# Part 2\n== z.md ==\n+++\norder = 1\n+++\n# Zed\n== h.md ==\n+++\nhidden = true\n+++\n# H\n== s/x.md ==\n# X\n";
    let (titles, _) = with_site(text, &[], |site, _, _, _| site.navs[0].nodes.iter().map(|node| node.title.clone()).collect::<Vec<_>>());
    assert_eq!(titles, ["Home", "Zed", "Part 2", "Part 10", "S", "X"]);
}

#[test]
fn a_stated_navigation_names_each_page_once() {
    let text =
        "== nav.toml ==\nitems = ['b.md', { title = 'More', items = ['**/*.md', 'no.md'] }]\n== a.md ==\n# A\n== b.md ==\n# B\n== s/x.md ==\n# X\n";
    let (titles, diagnostics) = with_site(text, &[], |site, _, _, _| site.navs[0].nodes.iter().map(|node| node.title.clone()).collect::<Vec<_>>());
    assert_eq!(titles, ["B", "More", "A", "X"]);
    assert_eq!(told(&diagnostics), ["nav-page-not-found: no page `no.md` for the navigation"]);
}
