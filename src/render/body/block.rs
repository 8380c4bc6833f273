//! Directives: what stands in one is written aside, and goes through a component of the theme when it ends.

use serde::Serialize;

use super::super::code;
use super::super::html::Markup;
use super::super::mark::{Mark, marks};
use super::{Stands, Writer};
use crate::parse::code::Code;
use crate::parse::document::Block;

/// A directive that is open.
pub(super) struct Frame {
    block: Block,
    /// What was being written when it began.
    outer: Markup,
    /// Its title, finished.
    title: Option<String>,
    /// Its tabs, so far.
    tabs: Vec<Tab>,
}

/// A tab, as a component sees it.
#[derive(Serialize)]
struct Tab {
    /// What is written on it, without markup.
    label: String,
    /// The same with its markup.
    title: String,
    /// What it holds.
    html: String,
}

#[derive(Serialize)]
struct CalloutArguments<'a> {
    kind: &'static str,
    label: &'static str,
    title: &'a str,
}

#[derive(Serialize)]
struct DetailsArguments<'a> {
    title: &'a str,
    open: bool,
}

#[derive(Serialize)]
struct TabsArguments {
    tabs: Vec<Tab>,
    code: bool,
}

#[derive(Serialize)]
struct EntryArguments {
    marks: Vec<Mark>,
}

#[derive(Serialize)]
struct NoArguments {}

impl Writer<'_> {
    pub(super) fn open(&mut self, block: Block) {
        self.frames.push(Frame { block, outer: std::mem::take(&mut self.out), title: None, tabs: Vec::new() });
    }

    pub(super) fn title_begins(&mut self) {
        self.outer.push(std::mem::take(&mut self.out));
    }

    pub(super) fn title_ends(&mut self) {
        let title = std::mem::replace(&mut self.out, self.outer.pop().unwrap_or_default());
        let title = self.passed(title);
        if let Some(frame) = self.frames.last_mut() {
            frame.title = Some(title.trim().to_owned());
        }
    }

    pub(super) fn close(&mut self) {
        let Some(frame) = self.frames.pop() else { return };
        let inner = std::mem::replace(&mut self.out, frame.outer);
        let html = self.passed(inner);
        match frame.block {
            Block::Callout(callout) => {
                let label = callout.label();
                let title = frame.title.unwrap_or_else(|| label.to_owned());
                self.component("callout", &CalloutArguments { kind: callout.name(), label, title: &title }, html);
            }
            Block::Details(open) => {
                let title = frame.title.unwrap_or_else(|| "Details".to_owned());
                self.component("details", &DetailsArguments { title: &title, open }, html);
            }
            Block::Tab => {
                let title = frame.title.filter(|title| !words(title).is_empty()).unwrap_or_else(|| "Tab".to_owned());
                let tab = Tab { label: words(&title), title, html };
                match self.frames.last_mut() {
                    Some(tabs) => tabs.tabs.push(tab),
                    None => self.finish(tab.html, Stands::Alone),
                }
            }
            Block::Tabs | Block::CodeGroup => {
                // What stands in none of them was told, and is not lost.
                if !html.trim().is_empty() {
                    self.finish(html, Stands::Alone);
                }
                self.component("tabs", &TabsArguments { tabs: frame.tabs, code: frame.block == Block::CodeGroup }, String::new());
            }
            Block::Entry(no) => {
                let marks = self.facts.release.as_ref().and_then(|release| release.entries.get(no)).map(marks).unwrap_or_default();
                let html = self.through("entry", &EntryArguments { marks }, html);
                self.entries.push(html.clone());
                self.finish(html, Stands::InLine);
            }
            Block::Steps => self.component("steps", &NoArguments {}, html),
            Block::Cards => self.component("cards", &NoArguments {}, html),
        }
    }

    /// Makes a block of code a tab of the group that it stands in; whether it stands in one.
    pub(super) fn code_in_group(&mut self, code: &Code) -> bool {
        let Some(group) = self.frames.last_mut().filter(|frame| frame.block == Block::CodeGroup) else { return false };
        let label = match (&code.title, code.language.as_str()) {
            (Some(title), _) => title.clone(),
            (None, "") => "Code".to_owned(),
            (None, language) => language.to_owned(),
        };
        let mut title = Markup::default();
        title.text(&label);
        let title = title.into_string();
        let mut html = Markup::default();
        self.blocks.extend(code::code(&Code { title: None, ..code.clone() }, self.means.highlighter, &mut html));
        group.tabs.push(Tab { label: words(&title), title, html: html.into_string() });
        true
    }

    /// Puts `body` through the component `name`. Where that cannot be, the body stands alone.
    fn component(&mut self, name: &str, arguments: &impl Serialize, body: String) {
        let html = self.through(name, arguments, body);
        self.finish(html, Stands::Alone);
    }

    fn through(&mut self, name: &str, arguments: &impl Serialize, body: String) -> String {
        self.means.theme.component(name, arguments, &body).unwrap_or_else(|fault| {
            self.told.push(fault);
            body
        })
    }
}

/// The words of finished markup, without its tags, as text.
fn words(html: &str) -> String {
    let mut words = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        words.push_str(before);
        rest = tag.split_once('>').map_or("", |(_, after)| after);
    }
    words.push_str(rest);
    words.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&").trim().to_owned()
}
