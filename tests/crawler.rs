//! The crawler of `tests/crawl/` itself: each fault it is there to find, in a site of a few lines, and none in a sound one.

mod crawl;

use crawl::{Broken, Crawl, Why, crawl};

/// Writes `pages` (path, text) to a folder and crawls it.
fn crawled(base: &str, url: Option<&str>, pages: &[(&str, &str)]) -> Crawl {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, text) in pages {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("below the folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
    crawl(folder.path(), base, url)
}

/// Crawls one page with a heading beside `a/index.html` (ids `here`, `ä b`), `b c.html` and `i.png`, and compares the faults.
fn check(body: &str, expected: &[&str]) {
    let page = format!("<!doctype html><title>t</title><h1>t</h1>{body}");
    let other = "<!doctype html><h1 id=here>a</h1><a name=old></a><p id='ä b'>";
    let site = [("index.html", page.as_str()), ("a/index.html", other), ("b c.html", "<h1>b</h1>"), ("i.png", "")];
    let found = crawled("/docs/", Some("https://acme.example/docs"), &site);
    assert_eq!(found.faults(), expected, "\n{body}");
}

#[test]
fn references_are_resolved_as_browsers_do() {
    check("<a href='a/'></a><a href=a/index.html></a><a href='./a/../a/#here'></a><a href=/docs/a/#old></a><a href='//site.test/docs/'></a>", &[]);
    check("<a href='b c.html'></a><a href=b%20c.html></a><a href=' a/ '></a><a href=\"a/#%C3%A4%20b\"></a><a href='a/#ä b'></a>", &[]);
    check("<a href=''></a><a href='#'></a><a href='#TOP'></a><a href='?q=1#top'></a><a href='#:~:text=t'></a>", &[]);
    check("<a href=mailto:a@b.c></a><a href=tel:1></a><a href=https://other.example/x></a><a href=https://acme.example/></a>", &[]);
    check("<a href=https://acme.example/docs/a/#here></a><a href=https://acme.example/docs></a>", &[]);
    check("<link rel=canonical href=https://acme.example/docs/a/><meta property=og:url content=https://acme.example/docs/>", &[]);
    check("<img src=i.png width=1 height=1 srcset='i.png 1x, i.png 2x'><video poster=i.png></video><form action=a/></form>", &[]);
}

#[test]
fn broken_references_are_told_with_their_reason() {
    check("<a href=c/></a>", &["index.html: <a> c/: no such file"]);
    check("<a href=A/></a>", &["index.html: <a> A/: no such file"]);
    check("<a href=a%2findex.html></a>", &["index.html: <a> a%2findex.html: no such file"]);
    check("<a href='http://['></a>", &["index.html: <a> http://[: no such file"]);
    check("<a href=a/#none></a>", &["index.html: <a> a/#none: no such id"]);
    check("<a href=#here></a>", &["index.html: <a> #here: no such id"]);
    check("<a href=/a/></a>", &["index.html: <a> /a/: outside the site's base path"]);
    check("<a href=../../a/></a>", &["index.html: <a> ../../a/: outside the site's base path"]);
    check("<a href=https://acme.example/docs/c/></a>", &["index.html: <a> https://acme.example/docs/c/: no such file"]);
    check("<noscript><a href=c/></a></noscript>", &["index.html: <a> c/: no such file"]);
    check("<template><a href=c/></a></template>", &["index.html: <a> c/: no such file"]);
    check("<img src=n.png width=1 height=1>", &["index.html: <img> n.png: no such file"]);
    check("<img src=i.png width=1 height=1 srcset='m.png,n.png 2x'>", &["index.html: <img> m.png,n.png: no such file"]);
    check(
        "<img src=i.png width=1 height=1 srcset='m.png 1x,n.png 2x'>",
        &["index.html: <img> m.png: no such file", "index.html: <img> n.png: no such file"],
    );
    check("<video poster=n.png></video>", &["index.html: <video> n.png: no such file"]);
    check("<form action=c/></form>", &["index.html: <form> c/: no such file"]);
    check("<link rel=stylesheet href=s.css>", &["index.html: <link> s.css: no such file"]);
    check("<link rel=canonical href=https://acme.example/docs/c/>", &["index.html: <link> https://acme.example/docs/c/: no such file"]);
    check("<meta http-equiv=Refresh content='0; URL=\"c/\"'>", &["index.html: <meta> c/: no such file"]);
    check("<meta name=twitter:image content=https://acme.example/docs/n.png>", &["index.html: <meta> https://acme.example/docs/n.png: no such file"]);
}

#[test]
fn other_faults_of_pages_are_told() {
    check("<p id=x><p id=x>", &["index.html: id more than once: x"]);
    check("<img src=i.png>", &["index.html: image without width and height: i.png"]);
    check("<img src=i.png width=1 height=auto>", &["index.html: image without width and height: i.png"]);
    check("<h1>again</h1>", &["index.html: 2 level-1 headings"]);
    check("<script src=//cdn.example/x.js></script>", &["index.html: loads from elsewhere: //cdn.example/x.js"]);
    check("<img width=1 height=1 src=https://t.example/p>", &["index.html: loads from elsewhere: https://t.example/p"]);
    check("<img width=1 height=1 src=data:,>", &["index.html: loads from elsewhere: data:,"]);
    check("<link rel='PRELOAD x' href=https://t.example/f>", &["index.html: loads from elsewhere: https://t.example/f"]);
    check("<iframe src=https://t.example/></iframe>", &["index.html: loads from elsewhere: https://t.example/"]);
    check("<svg><use xlink:href=https://t.example/#a></svg>", &["index.html: loads from elsewhere: https://t.example/#a"]);
    check("<meta http-equiv=refresh content=0;url=https://t.example/>", &["index.html: loads from elsewhere: https://t.example/"]);
    check("<script>1</script>", &["index.html: inline: <script>"]);
    check("<script type=application/ld+json>{}</script>", &[]);
    check("<style>a{}</style>", &["index.html: inline: <style>"]);
    check("<p style=a:b>", &["index.html: inline: <p style=\"a:b\">"]);
    check("<p ONCLICK=f()>", &["index.html: inline: <p onclick=\"f()\">"]);
    check("<a href=' java\nscript:f()'></a>", &["index.html: inline: <a> java\nscript:f()"]);
}

#[test]
fn pages_that_lead_on_need_no_heading_and_others_do() {
    let site = [("index.html", "<h1>t</h1>"), ("old/index.html", "<meta http-equiv=refresh content='0; url=../'>"), ("bare.html", "<p>t")];
    let found = crawled("/", None, &site);
    assert_eq!(found.headings, [("bare.html".to_owned(), 0)]);
    assert_eq!(found.broken, []);
}

#[test]
fn links_to_folders_without_slash_are_listed_apart() {
    let found = crawled("/", None, &[("index.html", "<h1>t</h1><a href=a#here></a>"), ("a/index.html", "<h1 id=here>a</h1>")]);
    assert_eq!(found.slashless, [("index.html".to_owned(), "a#here".to_owned())]);
    assert_eq!(found.faults(), Vec::<String>::new());
}

#[test]
fn sitemap_and_version_list_are_followed() {
    let sitemap = "<urlset><url><loc>https://acme.example/d/</loc></url><url><loc>https://acme.example/d/x?a&amp;b</loc></url></urlset>";
    let versions = r#"[{"version": "2", "url": "/d/2/"}, {"version": "1", "url": "1/", "aliases": ["old"]}]"#;
    let site = [("index.html", "<h1>t</h1>"), ("1/index.html", "<h1>1</h1>"), ("sitemap.xml", sitemap), ("versions.json", versions)];
    let found = crawled("/d/", Some("https://acme.example/d/"), &site);
    let broken = |page: &str, reference: &str, tag: &str| Broken {
        page: page.to_owned(),
        reference: reference.to_owned(),
        tag: tag.to_owned(),
        why: Why::NoFile,
    };
    assert_eq!(found.broken, [broken("sitemap.xml", "https://acme.example/d/x?a&b", "loc"), broken("versions.json", "/d/2/", "url")]);
}

#[test]
fn what_was_read_is_counted() {
    let site = [("index.html", "<h1 id=a>t</h1><a href=#a></a><a href=https://other.example></a><img src=i.png>"), ("i.png", "")];
    let counts = crawled("/", None, &site).counts;
    assert_eq!(counts, crawl::Counts { files: 2, pages: 1, ids: 1, references: 3, internal: 2, images: 1 });
}

#[test]
fn deeply_nested_pages_are_read() {
    let page = format!("<h1>t</h1>{}<a href=none>", "<div>".repeat(4_000));
    assert_eq!(crawled("/", None, &[("index.html", &page)]).broken.len(), 1);
}
