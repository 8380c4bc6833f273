//! Feeds: what is new, as Atom 1.0 (RFC 4287) and as JSON Feed 1.1.
//!
//! Days are stamped at midnight, in UTC. Nothing asks the clock: the same feed is the same bytes.

use std::fmt::{self, Write};

use jiff::civil::Date;
use serde::Serialize;

use super::super::moved::absolute;

/// What a feed tells of.
#[derive(Clone, Debug)]
pub struct Feed<'a> {
    /// Its title.
    pub title: &'a str,
    /// Who writes it: Atom does not go without.
    pub author: &'a str,
    /// The absolute address of the page that it goes with.
    pub home: &'a str,
    /// A BCP 47 language tag.
    pub language: &'a str,
    /// The entries, the newest first.
    pub entries: Vec<FeedEntry<'a>>,
}

/// One entry of a feed.
#[derive(Clone, Debug)]
pub struct FeedEntry<'a> {
    /// What it is known by, always and everywhere: a URL, or a URN.
    pub id: &'a str,
    /// The absolute address of its page.
    pub url: &'a str,
    /// Its title: text.
    pub title: &'a str,
    /// Its day.
    pub date: Option<Date>,
    /// Its text, as it stands on its page: HTML. Links are made absolute here.
    pub html: &'a str,
    /// What it is about.
    pub categories: Vec<&'a str>,
}

/// What stands for a day that nobody knows. Atom wants one, and an invented one must neither change from build to build, nor take a place
/// among the news.
const NO_DAY: &str = "1970-01-01T00:00:00Z";

fn stamp(date: Date) -> String {
    format!("{date}T00:00:00Z")
}

impl FeedEntry<'_> {
    fn content(&self) -> String {
        absolute(self.html, self.url)
    }
}

/// The feed as Atom. It lies at the absolute address `url`, which is its id too. It was updated when its newest entry was.
pub fn atom_feed(feed: &Feed<'_>, url: &str) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let updated = feed.entries.iter().filter_map(|entry| entry.date).max().map_or_else(|| NO_DAY.to_owned(), stamp);
    put(&mut out, format_args!("<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n", Xml(feed.language)));
    put(&mut out, format_args!("<id>{}</id>\n<title>{}</title>\n<updated>{updated}</updated>\n", Xml(url), Xml(feed.title)));
    put(&mut out, format_args!("<author><name>{}</name></author>\n", Xml(feed.author)));
    put(&mut out, format_args!("<link rel=\"self\" type=\"application/atom+xml\" href=\"{}\"/>\n", Xml(url)));
    put(&mut out, format_args!("<link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n", Xml(feed.home)));
    for entry in &feed.entries {
        put(&mut out, format_args!("<entry>\n<id>{}</id>\n<title>{}</title>\n", Xml(entry.id), Xml(entry.title)));
        put(&mut out, format_args!("<link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n", Xml(entry.url)));
        if let Some(date) = entry.date {
            put(&mut out, format_args!("<published>{}</published>\n", stamp(date)));
        }
        put(&mut out, format_args!("<updated>{}</updated>\n", entry.date.map_or_else(|| NO_DAY.to_owned(), stamp)));
        for category in &entry.categories {
            put(&mut out, format_args!("<category term=\"{}\"/>\n", Xml(category)));
        }
        put(&mut out, format_args!("<content type=\"html\">{}</content>\n</entry>\n", Xml(&entry.content())));
    }
    out.push_str("</feed>\n");
    out
}

fn put(out: &mut String, text: fmt::Arguments<'_>) {
    out.push_str(&text.to_string());
}

/// Text as XML 1.0, for attributes in double quotes too. Characters that no XML can hold (section 2.2) are replaced, and an end of line is
/// one whatever the system.
struct Xml<'t>(&'t str);

impl fmt::Display for Xml<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut letters = self.0.chars().peekable();
        while let Some(c) = letters.next() {
            match c {
                '&' => f.write_str("&amp;"),
                '<' => f.write_str("&lt;"),
                '>' => f.write_str("&gt;"),
                '"' => f.write_str("&quot;"),
                '\r' if letters.peek() == Some(&'\n') => Ok(()),
                '\r' => f.write_char('\n'),
                '\t' | '\n' => f.write_char(c),
                '\u{fffe}' | '\u{ffff}' => f.write_char('\u{fffd}'),
                c if c.is_control() => f.write_char('\u{fffd}'),
                c => f.write_char(c),
            }?;
        }
        Ok(())
    }
}

#[derive(Serialize)]
struct JsonFeed<'a> {
    version: &'a str,
    title: &'a str,
    home_page_url: &'a str,
    feed_url: &'a str,
    language: &'a str,
    authors: [Author<'a>; 1],
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Author<'a> {
    name: &'a str,
}

#[derive(Serialize)]
struct Item<'a> {
    id: &'a str,
    url: &'a str,
    title: &'a str,
    content_html: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_published: Option<String>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    tags: &'a [&'a str],
}

/// The feed as JSON. It lies at the absolute address `url`. An entry whose day nobody knows has none.
pub fn json_feed(feed: &Feed<'_>, url: &str) -> String {
    let items = feed.entries.iter().map(|entry| Item {
        id: entry.id,
        url: entry.url,
        title: entry.title,
        content_html: entry.content(),
        date_published: entry.date.map(stamp),
        tags: &entry.categories,
    });
    let feed = JsonFeed {
        version: "https://jsonfeed.org/version/1.1",
        title: feed.title,
        home_page_url: feed.home,
        feed_url: url,
        language: feed.language,
        authors: [Author { name: feed.author }],
        items: items.collect(),
    };
    let mut text = serde_json::to_string_pretty(&feed).unwrap_or_default();
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn feed<'a>(entries: Vec<FeedEntry<'a>>) -> Feed<'a> {
        Feed { title: "Acme & <Co> – changes", author: "Acme", home: "https://a.example/d/changelog/", language: "en", entries }
    }

    fn entry<'a>(title: &'a str, day: Option<Date>, html: &'a str) -> FeedEntry<'a> {
        let url = "https://a.example/d/changelog/3.2/";
        FeedEntry { id: url, url, title, date: day, html, categories: vec!["a\"b"] }
    }

    #[test]
    fn an_atom_feed_holds_its_entries_with_absolute_links() {
        let feed = feed(vec![
            entry("3.2 ]]>", Some(date(2026, 3, 1)), "<p id=\"x\"><a href=\"../../guides/?a&amp;b\">\u{1}😀\r\n</a></p>"),
            entry("Next", None, ""),
        ]);
        let expected = r#"<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
<id>https://a.example/d/changelog/feed.xml</id>
<title>Acme &amp; &lt;Co&gt; – changes</title>
<updated>2026-03-01T00:00:00Z</updated>
<author><name>Acme</name></author>
<link rel="self" type="application/atom+xml" href="https://a.example/d/changelog/feed.xml"/>
<link rel="alternate" type="text/html" href="https://a.example/d/changelog/"/>
<entry>
<id>https://a.example/d/changelog/3.2/</id>
<title>3.2 ]]&gt;</title>
<link rel="alternate" type="text/html" href="https://a.example/d/changelog/3.2/"/>
<published>2026-03-01T00:00:00Z</published>
<updated>2026-03-01T00:00:00Z</updated>
<category term="a&quot;b"/>
<content type="html">&lt;p&gt;&lt;a href=&quot;https://a.example/d/guides/?a&amp;amp;b&quot;&gt;�😀
&lt;/a&gt;&lt;/p&gt;</content>
</entry>
<entry>
<id>https://a.example/d/changelog/3.2/</id>
<title>Next</title>
<link rel="alternate" type="text/html" href="https://a.example/d/changelog/3.2/"/>
<updated>1970-01-01T00:00:00Z</updated>
<category term="a&quot;b"/>
<content type="html"></content>
</entry>
</feed>
"#;
        assert_eq!(atom_feed(&feed, "https://a.example/d/changelog/feed.xml"), expected);
    }

    #[test]
    fn a_feed_is_as_new_as_its_newest_entry() {
        let days = vec![entry("a", Some(date(2025, 1, 2)), ""), entry("b", Some(date(2026, 1, 2)), ""), entry("c", None, "")];
        let xml = atom_feed(&feed(days), "https://a.example/feed.xml");
        assert!(xml.contains("</title>\n<updated>2026-01-02T00:00:00Z</updated>\n<author>"), "{xml}");
        let xml = atom_feed(&feed(Vec::new()), "https://a.example/feed.xml");
        assert!(xml.contains("</title>\n<updated>1970-01-01T00:00:00Z</updated>\n<author>"), "{xml}");
    }

    #[test]
    fn a_json_feed_holds_the_same() {
        let feed = feed(vec![
            entry("3.2", Some(date(2026, 3, 1)), "<a href=\"../x/\">\"</a>"),
            FeedEntry { categories: Vec::new(), ..entry("N", None, "") },
        ]);
        let read: serde_json::Value = serde_json::from_str(&json_feed(&feed, "https://a.example/feed.json")).expect("JSON");
        assert_eq!(
            read,
            serde_json::json!({
                "version": "https://jsonfeed.org/version/1.1",
                "title": "Acme & <Co> – changes",
                "home_page_url": "https://a.example/d/changelog/",
                "feed_url": "https://a.example/feed.json",
                "language": "en",
                "authors": [{ "name": "Acme" }],
                "items": [
                    {
                        "id": "https://a.example/d/changelog/3.2/",
                        "url": "https://a.example/d/changelog/3.2/",
                        "title": "3.2",
                        "content_html": "<a href=\"https://a.example/d/changelog/x/\">\"</a>",
                        "date_published": "2026-03-01T00:00:00Z",
                        "tags": ["a\"b"],
                    },
                    { "id": "https://a.example/d/changelog/3.2/", "url": "https://a.example/d/changelog/3.2/", "title": "N", "content_html": "" },
                ],
            })
        );
    }
}
