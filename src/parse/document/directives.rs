//! Directives: what a line's name means, which title it has, and what it may hold.
//!
//! A line that is wrong is told; what it stands around is shown all the same.

use std::ops::Range;

use super::block::{Ended, How, Kind as Stacked};
use super::prepare::title;
use super::shield::Marker;
use super::{Block, Callout, CowStr, DEEPEST, Event, Kind, Options, Reader, include, md, options, read_with};
use crate::diagnostic::nearest;

/// A directive that is open.
#[derive(Debug)]
pub(super) struct OpenBlock {
    what: What,
    name: String,
    /// Its line, from the first colon on.
    marker: Range<usize>,
    /// The number of the event that began it.
    begun: usize,
    /// Whether something that it cannot hold was told.
    told: bool,
    /// Whether its line ends in colons: a formatter may have put several lines into one.
    joined: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    /// Readers see it.
    Block(Block),
    /// What it holds stands here by itself: a condition that was met, or a name that nobody knows.
    Plain,
}

const NAMES: [&str; 9] = ["details", "tabs", "tab", "code-group", "steps", "cards", "include", "version", "audience"];

/// The callout that stands for one of another tool's.
pub(super) fn callout_instead(name: &str) -> Option<&'static str> {
    Some(match name {
        "abstract" | "summary" | "tldr" | "seealso" | "question" | "faq" | "todo" | "example" | "quote" | "cite" | "admonition" => "note",
        "hint" | "success" | "check" | "done" => "tip",
        "attention" | "warn" => "warning",
        "error" | "failure" | "fail" | "missing" | "bug" => "danger",
        _ => return None,
    })
}

impl<'a> Reader<'a, '_, '_, '_, '_> {
    /// The line of a directive.
    pub(super) fn marker(&mut self, no: usize) {
        let prepared = self.prepared;
        let marker = &prepared.markers[no];
        let line = &prepared.plain[marker.range.clone()];
        let name = line[marker.line.name.clone()].to_ascii_lowercase();
        if !name.is_empty() {
            return self.directive_begins(marker, line, &name);
        }
        if !marker.line.argument.is_empty() {
            return self.no_directive(line, &marker.range);
        }
        match self.blocks.end(marker.line.colons) {
            Some(ended) => self.ended(ended, &marker.range),
            None => {
                let help = "remove it, or write the line that begins the block, as `:::note`; `:::include` needs no end".to_owned();
                self.tell(Kind::DirectiveUnopened, "there is no block here for this line to end", marker.range.clone(), Some(help));
            }
        }
    }

    /// A line that begins as a directive's does, and has no name: it is shown as it is.
    fn no_directive(&mut self, line: &'a str, range: &Range<usize>) {
        let help = "write the name of a directive behind the colons, as `:::note`".to_owned();
        self.tell(Kind::DirectiveUnknown, "this is the line of no directive; it is shown as text", range.clone(), Some(help));
        self.content(range);
        self.push(Event::Markdown(md::Event::Start(md::Tag::Paragraph)), range.clone());
        self.words(Event::Markdown(md::Event::Text(line.into())), range.clone());
        self.push(Event::Markdown(md::Event::End(md::TagEnd::Paragraph)), range.clone());
    }

    fn directive_begins(&mut self, marker: &'a Marker, line: &'a str, name: &str) {
        let colons = marker.line.colons;
        let at = |range: &Range<usize>| marker.range.start + range.start..marker.range.start + range.end;
        let mut argument = marker.line.argument.clone();
        let joined = line[argument.clone()].ends_with(":::");
        if joined {
            argument.end = argument.start + line[argument.clone()].trim_end_matches(':').trim_end().len();
        }
        let what = match name {
            "details" => What::Block(Block::Details(self.open_attribute(marker, line))),
            "tabs" => What::Block(Block::Tabs),
            "tab" => What::Block(Block::Tab),
            "code-group" => What::Block(Block::CodeGroup),
            "steps" => What::Block(Block::Steps),
            "cards" => What::Block(Block::Cards),
            "include" | "version" | "audience" => What::Plain,
            name => match Callout::ALL.iter().find(|(known, _)| *known == name) {
                Some((_, callout)) => What::Block(Block::Callout(*callout)),
                None => self.unknown(name, line, &at(&marker.line.name)),
            },
        };
        let conditional = matches!(name, "version" | "audience");
        if let Some(attributes) = marker.line.attributes.as_ref().filter(|_| !conditional && name != "details" && self.known(name)) {
            let help = format!("write `:::{name}{}` alone", if argument.is_empty() { "" } else { " Title" });
            self.tell(Kind::DirectiveInvalid, format!("`:::{name}` takes no attributes"), at(attributes), Some(help));
        }
        let untitled = matches!(what, What::Block(Block::Tabs | Block::CodeGroup | Block::Steps | Block::Cards));
        if untitled && !argument.is_empty() {
            let help = "give it a heading of its own before this line".to_owned();
            self.tell(Kind::DirectiveInvalid, format!("`:::{name}` has no title"), at(&argument), Some(help));
        }
        if let Some((wanted, example)) = wanted(name).filter(|_| argument.is_empty() && !(conditional && marker.line.attributes.is_some())) {
            let help = format!("write `:::{name} {example}`");
            self.tell(Kind::DirectiveInvalid, format!("`:::{name}` does not say {wanted}"), marker.range.clone(), Some(help));
        }
        if name == "include" {
            self.content(&marker.range);
            if !argument.is_empty() {
                self.include(&line[argument.clone()], &at(&argument));
            }
            return;
        }
        let block = OpenBlock { what, name: name.to_owned(), marker: marker.range.clone(), begun: 0, told: false, joined };
        if what == What::Block(Block::Tab) {
            match self.blocks.begin_tab(colons, block) {
                Ok(ended) => self.ended(ended, &marker.range),
                Err(block) => {
                    let help = "begin the tabs with a line `:::tabs` before the first".to_owned();
                    self.tell(Kind::DirectiveMisplaced, "`:::tab` stands in no `:::tabs`", marker.range.clone(), Some(help));
                    self.blocks.begin(Stacked::Other, colons, OpenBlock { what: What::Plain, ..block });
                    return;
                }
            }
        } else {
            self.content(&marker.range);
            self.blocks.begin(if name == "tabs" { Stacked::Tabs } else { Stacked::Other }, colons, block);
        }
        let What::Block(shown) = what else { return };
        if self.depth >= DEEPEST {
            self.too_deep(marker.range.start);
            if let Some(block) = self.blocks.here() {
                block.what = What::Plain;
            }
            return;
        }
        let begun = self.document.events.len();
        if let Some(block) = self.blocks.here() {
            block.begun = begun;
        }
        self.depth += 1;
        self.push(Event::Open(shown), marker.range.clone());
        if !argument.is_empty() && !untitled {
            self.title(&line[argument.clone()], &at(&argument));
        }
    }

    fn known(&self, name: &str) -> bool {
        NAMES.contains(&name) || Callout::ALL.iter().any(|(known, _)| *known == name)
    }

    fn unknown(&mut self, name: &str, line: &str, range: &Range<usize>) -> What {
        // MyST and Pandoc put the name in braces.
        let bare = name.split(['}', ' ']).next().unwrap_or("").trim_start_matches(['{', '.']);
        let instead = if bare.len() < name.len() && self.known(bare) {
            Some(bare)
        } else {
            callout_instead(name).or_else(|| nearest(name, NAMES.iter().copied().chain(Callout::ALL.iter().map(|(known, _)| *known))))
        };
        let help = instead.map(|instead| format!("write `:::{instead}`"));
        let word = if bare.len() < name.len() { line.trim_start_matches(':').trim() } else { name };
        self.tell(Kind::DirectiveUnknown, format!("no directive `{word}`; what it holds is shown without it"), range.clone(), help);
        What::Plain
    }

    /// Whether a disclosure is open at first: `{open}`.
    fn open_attribute(&mut self, marker: &Marker, line: &str) -> bool {
        let Some(attributes) = &marker.line.attributes else { return false };
        let mut open = false;
        for word in line[attributes.clone()].split_whitespace() {
            if word == "open" {
                open = true;
            } else {
                let start = marker.range.start + (word.as_ptr() as usize - line.as_ptr() as usize);
                let help = "the only attribute of `:::details` is `{open}`".to_owned();
                self.tell(Kind::DirectiveInvalid, format!("`:::details` has no attribute `{word}`"), start..start + word.len(), Some(help));
            }
        }
        open
    }

    fn title(&mut self, text: &str, range: &Range<usize>) {
        let offset = self.prepared.places.file(range).start;
        let prepared = title(text, offset, self.prepared.shortcodes);
        let options = options(self.reading.markdown).difference(Options::ENABLE_HEADING_ATTRIBUTES);
        let document = read_with(&prepared, self.file, options, self.reading);
        let first = self.document.links.len();
        self.document.links.extend(document.links);
        self.document.sifted |= document.sifted;
        self.push(Event::Title, range.clone());
        for (event, place) in document.events {
            let heading = matches!(event, Event::Markdown(md::Event::Start(md::Tag::Heading { .. }) | md::Event::End(md::TagEnd::Heading(_))));
            if !heading {
                self.document.events.push((include::renumbered(event, first, u16::MAX, &place), place));
            }
        }
        self.push(Event::TitleEnd, range.clone());
    }

    /// Something begins here that is no directive.
    pub(super) fn content(&mut self, range: &Range<usize>) {
        if self.blocks.len() == 0 {
            return;
        }
        let ended = self.blocks.content();
        self.ended(ended, range);
        let tabs = self.blocks.between_tabs();
        let Some(block) = self.blocks.here().filter(|block| !block.told) else { return };
        let code = block.what == What::Block(Block::CodeGroup);
        if !(tabs || code && self.code.is_none()) {
            return;
        }
        block.told = true;
        let end = range.start + self.body[range.clone()].find('\n').unwrap_or(range.len());
        if tabs {
            let help = "write `:::tab` and a label before it".to_owned();
            self.tell(Kind::DirectiveInvalid, "this stands among tabs, and in none of them", range.start..end, Some(help));
        } else {
            let help = "let the group hold blocks of code only, or write `:::tabs`".to_owned();
            self.tell(Kind::DirectiveInvalid, "a group of code holds nothing else", range.start..end, Some(help));
        }
    }

    /// One of Markdown's containers ends.
    pub(super) fn leave(&mut self) {
        let ended = self.blocks.leave();
        if !ended.is_empty() {
            self.ended(ended, &(0..0));
        }
    }

    /// The text ends.
    pub(super) fn end_directives(&mut self) {
        let end = self.body.len();
        let ended = self.blocks.leave();
        self.ended(ended, &(end..end));
    }

    fn ended(&mut self, ended: Ended<OpenBlock>, range: &Range<usize>) {
        for (block, how) in ended {
            if how == How::Unclosed {
                self.unclosed(&block);
            }
            if let What::Block(shown) = block.what {
                self.holds(&block, shown);
                self.close(self.depth, range);
                self.depth = self.depth.saturating_sub(1);
                self.push(Event::Close(shown), range.clone());
            }
        }
    }

    fn unclosed(&mut self, block: &OpenBlock) {
        let help = if block.joined {
            "a formatter such as Prettier has joined the lines: let blank lines stand around the text, and write `:::` on a line of its own"
                .to_owned()
        } else {
            "write `:::` on a line of its own after what it holds, as deep in lists and quotes as this line".to_owned()
        };
        self.tell(Kind::DirectiveUnclosed, format!("`:::{}` is not closed", block.name), block.marker.clone(), Some(help));
    }

    /// Tells where a directive does not hold what it is for.
    fn holds(&mut self, block: &OpenBlock, shown: Block) {
        let held = &self.document.events[(block.begun + 1).min(self.document.events.len())..];
        let wrong = match shown {
            Block::Steps => {
                let one = matches!(children(held)[..], [(_, Event::Markdown(md::Event::Start(md::Tag::List(Some(_)))))]);
                (!one).then_some(("`:::steps` holds one numbered list and nothing else", "begin each step with its number: `1. `, `2. `", None))
            }
            Block::Cards => cards(held),
            Block::Tabs if !held.iter().any(|(event, _)| *event == Event::Open(Block::Tab)) => {
                Some(("`:::tabs` holds no tab", "write `:::tab` and a label before the text of each", None))
            }
            Block::CodeGroup if !block.told && !held.iter().any(|(event, _)| matches!(event, Event::Code(_))) => {
                Some(("`:::code-group` holds no code", "write two code fences or more, one after another", None))
            }
            _ => None,
        };
        if let Some((message, help, place)) = wrong.filter(|_| !block.told) {
            let span = match place {
                Some(place) => crate::diagnostic::Span::new(self.file.clone(), place),
                None => self.span(&block.marker),
            };
            self.reading.diagnostics.push(crate::diagnostic::Diagnostic::new(Kind::DirectiveInvalid, message).at(span).help(help.to_owned()));
        }
    }

    /// A line of raw HTML, as written. A directive inside a block of HTML is none, which surprises its writer.
    pub(super) fn unmasked_html(&mut self, html: CowStr<'a>, range: &Range<usize>) -> CowStr<'a> {
        let Some(original) = self.prepared.unmasked(range).map(str::to_owned) else { return html };
        let block = self.html.as_ref().and_then(|lines| lines.first()).map_or("", |(line, _)| line);
        let opaque = ["<!", "<?", "<script", "<style", "<pre", "<textarea"].iter().any(|start| block.trim_start().starts_with(start));
        if !opaque {
            let start = range.start + original.find(":::").unwrap_or(0);
            let end = range.start + original.trim_end().len();
            let help = "let a blank line go before it; the HTML ends there".to_owned();
            self.tell(Kind::DirectiveMisplaced, "this line stands in a block of HTML, so it begins nothing", start..end, Some(help));
        }
        original.into()
    }
}

/// What the line of a directive must say, and an example.
fn wanted(name: &str) -> Option<(&'static str, &'static str)> {
    Some(match name {
        "tab" => ("what is written on it", "Python"),
        "include" => ("which file", "snippets/limits.md"),
        "version" => ("for which versions", ">=3"),
        "audience" => ("for which audience", "partner"),
        _ => return None,
    })
}

type Placed<'e, 'a> = &'e [(Event<'a>, super::Place)];

/// What stands directly in a directive, by the numbers of its events.
fn children<'e, 'a>(held: Placed<'e, 'a>) -> Vec<(usize, &'e Event<'a>)> {
    let mut depth = 0_usize;
    let mut children = Vec::new();
    for (no, (event, _)) in held.iter().enumerate() {
        let begins = matches!(event, Event::Markdown(md::Event::Start(_)) | Event::Open(_) | Event::Title);
        let ends = matches!(event, Event::Markdown(md::Event::End(_)) | Event::Close(_) | Event::TitleEnd);
        depth -= usize::from(ends && depth > 0);
        if depth == 0 && !ends && *event != Event::Title {
            children.push((no, event));
        }
        depth += usize::from(begins);
    }
    children
}

type Wrong = (&'static str, &'static str, Option<Range<usize>>);

/// What is wrong with the cards that are `held`, and where.
fn cards(held: Placed<'_, '_>) -> Option<Wrong> {
    let [(list, Event::Markdown(md::Event::Start(md::Tag::List(_))))] = children(held)[..] else {
        return Some(("`:::cards` holds one list and nothing else", "write a list of links: `- [Webhooks](webhooks.md)`", None));
    };
    let end = held.len() - 1;
    let items = children(&held[(list + 1).min(end)..end]);
    let bare = items.iter().find_map(|(no, event)| {
        let item = matches!(event, Event::Markdown(md::Event::Start(md::Tag::Item)));
        let inside = &held[list + 1 + no..];
        let linked = inside.get(1..3).is_some_and(|first| {
            let paragraph = matches!(first[0].0, Event::Markdown(md::Event::Start(md::Tag::Paragraph)));
            matches!(first[usize::from(paragraph)].0, Event::Link(_))
        });
        (item && !linked).then(|| inside[0].1.range.clone())
    })?;
    Some(("a card begins with a link", "write `- [Title](page.md)`, and behind it what is to be found there", Some(bare)))
}
