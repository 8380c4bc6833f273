//! Text in the making: lines behind a prefix, and how blocks follow each other.
//!
//! A [`Sheet`] knows containers (quotes, lists, items) and paragraphs, and nothing of documents.

/// Text in the making: lines behind a prefix.
#[derive(Debug)]
pub(super) struct Sheet {
    pub(super) out: String,
    /// What every further line begins with.
    pub(super) prefix: String,
    /// The containers that are open; the first one is the sheet itself.
    pub(super) containers: Vec<Container>,
    /// Whether a paragraph is open, and of which kind.
    pub(super) paragraph: Paragraph,
    /// Whether the line has no words yet, so that a sign could mean something.
    pub(super) line_begins: bool,
    /// Whether the paragraph has nothing but tags so far.
    pub(super) only_tags: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Paragraph {
    None,
    /// One that the text has.
    Stated,
    /// Words directly in an item of a tight list.
    Tight,
}

#[derive(Debug)]
pub(super) struct Container {
    pub(super) kind: Kind,
    /// How long the prefix is without it.
    pub(super) outer: usize,
    /// Whether it has nothing in it yet.
    pub(super) fresh: bool,
    pub(super) last: Last,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Sheet,
    Quote,
    /// Its next number, if it is ordered; whether it has the second of its two signs; whether its items stand apart.
    List {
        number: Option<u64>,
        second: bool,
        loose: bool,
    },
    Item,
}

/// What a container has last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Last {
    Tight,
    /// The sign of an alert, to which its first words belong.
    Sign,
    List {
        ordered: bool,
        second: bool,
    },
    Other,
}

impl Default for Sheet {
    fn default() -> Self {
        let sheet = Container { kind: Kind::Sheet, outer: 0, fresh: true, last: Last::Other };
        Self { out: String::new(), prefix: String::new(), containers: vec![sheet], paragraph: Paragraph::None, line_begins: true, only_tags: true }
    }
}

impl Sheet {
    pub(super) fn container(&mut self) -> Option<&mut Container> {
        self.containers.last_mut()
    }

    pub(super) fn line(&mut self) {
        self.out.push('\n');
        self.out.push_str(&self.prefix);
        self.line_begins = true;
    }

    pub(super) fn blank_line(&mut self) {
        self.out.push('\n');
        self.out.push_str(self.prefix.trim_end());
        self.line();
    }

    pub(super) fn ends_paragraph(&mut self) {
        if self.paragraph != Paragraph::None {
            let last = if self.paragraph == Paragraph::Tight { Last::Tight } else { Last::Other };
            self.paragraph = Paragraph::None;
            if let Some(container) = self.container() {
                container.last = last;
            }
        }
    }

    /// A block begins, behind a blank line unless it may follow `behind` without one.
    pub(super) fn begins(&mut self, behind: Option<Last>) {
        self.ends_paragraph();
        let Some(container) = self.containers.last_mut() else { return };
        let joined = behind == Some(container.last) && matches!(container.kind, Kind::Item | Kind::Quote);
        let fresh = std::mem::replace(&mut container.fresh, false);
        container.last = Last::Other;
        match (fresh, joined) {
            (true, _) => {}
            (false, true) => self.line(),
            (false, false) => self.blank_line(),
        }
        self.line_begins = true;
        self.only_tags = true;
    }

    pub(super) fn enter(&mut self, kind: Kind, prefix: &str) {
        self.containers.push(Container { kind, outer: self.prefix.len(), fresh: true, last: Last::Other });
        self.prefix.push_str(prefix);
    }

    pub(super) fn leave(&mut self) -> Option<Kind> {
        self.ends_paragraph();
        if self.containers.len() < 2 {
            return None;
        }
        let container = self.containers.pop()?;
        self.prefix.truncate(container.outer);
        Some(container.kind)
    }
}
