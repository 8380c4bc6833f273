//! Blocks of code: the text of a fence or of an indented block, with its variables, or the file that the fence names.

use std::ops::Range;

use super::super::code::{self, Code};
use super::super::door::{Answer, Question};
use super::super::fence::{self, Fence};
use super::super::foreign;
use super::super::marks;
use super::super::snippet;
use super::super::variable;
use super::{Event, Kind, Reader, md};

/// A block of code that is being read.
pub(super) struct Block<'a> {
    /// What the fence says, as the parser gives it; none for an indented block.
    info: Option<md::CowStr<'a>>,
    range: Range<usize>,
    text: String,
    /// The places of the lines: where each begins in `text`, and in the body.
    lines: Vec<(usize, usize)>,
}

impl<'a> Reader<'a, '_, '_, '_, '_> {
    pub(super) fn code_begins(&mut self, kind: &md::CodeBlockKind<'a>, range: Range<usize>) {
        let info = match kind {
            md::CodeBlockKind::Fenced(info) => Some(info.clone()),
            md::CodeBlockKind::Indented => None,
        };
        self.code = Some(Block { info, range: range.clone(), text: String::new(), lines: Vec::new() });
        self.content(&range);
    }

    /// An event inside a block of code, or its end.
    pub(super) fn code_event(&mut self, event: md::Event<'a>, range: Range<usize>) {
        match event {
            md::Event::Text(text) => {
                let unmasked = self.prepared.unmasked(&range).filter(|original| original.len() == text.len());
                if let Some(code) = &mut self.code {
                    code.lines.push((code.text.len(), range.start));
                    code.text.push_str(unmasked.unwrap_or(&text));
                }
            }
            md::Event::End(md::TagEnd::CodeBlock) => {
                if let Some(block) = self.code.take() {
                    self.code_ends(block);
                }
            }
            _ => {}
        }
    }

    fn code_ends(&mut self, mut block: Block<'a>) {
        if self.skipping.is_some() {
            return;
        }
        if self.prepared.shortcodes {
            block.text = self.shown(&block.text);
        }
        let info = block.info.as_deref().map(|info| self.shown(info)).unwrap_or_default();
        let (fence, faults) = fence::fence(&info);
        let written = self.info_place(&block, &info);
        for fault in faults {
            let place = match &written {
                Some(start) => start + fault.range.start..start + fault.range.end,
                None => self.first_line(&block.range),
            };
            self.tell(Kind::FenceAttribute, fault.message, place, fault.help);
        }
        if let Some(foreign) = foreign::code(&block.text, &fence.language) {
            let place = block.place(&(0..foreign.length));
            self.tell(Kind::ForeignSyntax, foreign.message, place, Some(foreign.help));
        }
        if let Some((path, at)) = &fence.file {
            let place = written.map_or_else(|| self.first_line(&block.range), |start| start + at.start..start + at.end);
            if let Some(text) = self.read_file(path, &place, !block.text.trim().is_empty()) {
                block.text = text;
                block.lines.clear();
            }
        }
        if fence.vars && block.text.contains("{$") {
            let text = std::mem::take(&mut block.text);
            let replaced = variable::replaced(&text, &[], true, |found, at| {
                let place = block.place(&at);
                self.value(found, &place)
            });
            block.text = replaced.into_owned();
        }
        match fence.language.as_str() {
            "math" => {
                self.push(Event::Markdown(md::Event::Start(md::Tag::Paragraph)), block.range.clone());
                self.push(Event::Math(block.text.trim().to_owned(), true), block.range.clone());
                return self.push(Event::Markdown(md::Event::End(md::TagEnd::Paragraph)), block.range);
            }
            "mermaid" if fence.file.is_none() => return self.push(Event::Diagram(block.text), block.range),
            _ => {}
        }
        self.plain_code(&block);
        let code = self.marked(&fence, &block);
        self.push(Event::Code(Box::new(code)), block.range);
    }

    fn marked(&mut self, fence: &Fence, block: &Block<'a>) -> Code {
        let (code, faults) = marks::code(fence, &block.text);
        for fault in faults {
            let place = if fault.range.is_empty() { self.first_line(&block.range) } else { block.place(&fault.range) };
            self.tell(Kind::FenceAttribute, fault.message, place, fault.help);
        }
        code
    }

    /// Tells of code that is too long to be coloured.
    fn plain_code(&mut self, block: &Block<'a>) {
        if block.text.len() > code::LARGEST_BLOCK {
            let message = format!("this block has more than {} kB, so it is not coloured", code::LARGEST_BLOCK / 1000);
            let help = "let readers download it as a file".to_owned();
            return self.tell(Kind::CodeTooLong, message, self.first_line(&block.range), Some(help));
        }
        let mut start = 0;
        for line in block.text.split_inclusive('\n') {
            if line.len() > code::LONGEST_LINE {
                let message = format!("this line has more than {} bytes, so it is not coloured", code::LONGEST_LINE);
                return self.tell(Kind::CodeTooLong, message, block.place(&(start..start + 1)), None);
            }
            start += line.len();
        }
    }

    /// Where the words behind the fence are written, if they are written as they are read.
    fn info_place(&self, block: &Block<'a>, info: &str) -> Option<usize> {
        let line = &self.body[self.first_line(&block.range)];
        let start = line.find(|c: char| c != '`' && c != '~')?;
        let start = start + line[start..].find(info)?;
        (!info.is_empty()).then_some(block.range.start + start)
    }

    fn first_line(&self, range: &Range<usize>) -> Range<usize> {
        range.start..range.start + self.body[range.clone()].find('\n').unwrap_or(range.len())
    }

    /// The code that the fence asks of the file `path`, written at `place`.
    fn read_file(&mut self, path: &str, place: &Range<usize>, has_text: bool) -> Option<String> {
        let (file, fragment) = path.split_once('#').map_or((path, None), |(file, fragment)| (file, Some(fragment)));
        let included = match self.reading.door.ask(Question::File { from: self.asking(), path: file.to_owned() }) {
            Answer::File(included) => included,
            Answer::Refused(fault) => {
                let span = self.span(place);
                self.reading.diagnostics.push(fault.at(span));
                return None;
            }
            Answer::Value(_) | Answer::Shown(..) => return None,
        };
        if has_text {
            let help = "take the text out of the fence, or `file=` out of its first line".to_owned();
            self.tell(Kind::FenceAttribute, format!("the fence has text of its own, which `{}` replaces", included.file), place.clone(), Some(help));
        }
        match snippet::snippet(&included.text, fragment) {
            Ok(text) => Some(text.into_owned()),
            Err(fault) => {
                self.tell(Kind::RegionNotFound, fault.message, place.clone(), fault.help);
                None
            }
        }
    }
}

impl Block<'_> {
    /// Where the bytes `range` of the text are in the body; all of the block for text of another file.
    fn place(&self, range: &Range<usize>) -> Range<usize> {
        let line = self.lines.partition_point(|(text, _)| *text <= range.start).checked_sub(1).and_then(|no| self.lines.get(no));
        match line {
            Some((text, body)) => {
                let start = body + (range.start - text);
                start..start + range.len().max(1)
            }
            None => self.range.clone(),
        }
    }
}
