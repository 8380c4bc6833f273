//! Which line ends which directive: the stack of those that are open.
//!
//! - In: the beginnings and ends of Markdown's own containers, and the lines of directives, in the order of the text.
//! - Out: what each of them ends, innermost first.
//! - Never here: what directives mean, and what is told of them.
//!
//! A directive lies wholly inside the container that it begins in, and ends with it at the latest. `:::` ends the innermost one that is
//! open there; one with more colons ends the one that began with as many. `:::tab` ends the tab before it.

/// What a directive is to the stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Holds tabs and nothing else.
    Tabs,
    /// One of them.
    Tab,
    /// Anything else.
    Other,
}

/// A directive that is open; `T` is whatever is to be remembered of it.
#[derive(Debug)]
pub(super) struct Open<T> {
    /// What it is.
    kind: Kind,
    colons: usize,
    /// How many of Markdown's containers it lies in.
    container: usize,
    /// Of tabs: how many began, and whether the last of them was ended by a line of its own.
    tabs: usize,
    ended: bool,
    /// What is to be remembered.
    pub(super) of: T,
}

/// How a directive came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// By a line of its own, or in a way that is as good.
    Closed,
    /// Its container ended, or a directive around it, and it was still open.
    Unclosed,
}

/// Directives that are open.
#[derive(Debug)]
pub(super) struct Stack<T> {
    open: Vec<Open<T>>,
    /// How many of Markdown's containers are open.
    containers: usize,
    /// How many ended with their container: lines that come too late to end them are no fault of their own.
    late: usize,
}

/// What ended, innermost first.
pub(super) type Ended<T> = Vec<(T, How)>;

impl<T> Default for Stack<T> {
    fn default() -> Self {
        Self { open: Vec::new(), containers: 0, late: 0 }
    }
}

impl<T> Stack<T> {
    /// The innermost directive, if it lies directly in the container that is being read.
    pub(super) fn here(&mut self) -> Option<&mut T> {
        let containers = self.containers;
        self.open.last_mut().filter(|open| open.container == containers).map(|open| &mut open.of)
    }

    /// How many are open.
    pub(super) fn len(&self) -> usize {
        self.open.len()
    }

    /// One of Markdown's containers begins.
    pub(super) fn enter(&mut self) {
        self.containers += 1;
    }

    /// It ends, and with it what began inside.
    pub(super) fn leave(&mut self) -> Ended<T> {
        let mut ended = Vec::new();
        while self.open.last().is_some_and(|open| open.container >= self.containers) {
            let how = self.how_it_stands();
            self.late += usize::from(how == How::Unclosed);
            self.pop(how, &mut ended);
        }
        self.containers = self.containers.saturating_sub(1);
        ended
    }

    /// A directive begins.
    pub(super) fn begin(&mut self, kind: Kind, colons: usize, of: T) {
        self.open.push(Open { kind, colons, container: self.containers, tabs: 0, ended: false, of });
    }

    /// A tab begins; none if there is nothing here for it to stand in. Else what it ends: the tab before it.
    pub(super) fn begin_tab(&mut self, colons: usize, of: T) -> Result<Ended<T>, T> {
        let here = self.open.iter().rev().take_while(|open| open.container == self.containers);
        let Some(inside) = here.into_iter().position(|open| open.kind == Kind::Tabs) else { return Err(of) };
        let mut ended = Vec::new();
        for _ in 0..inside {
            let how = self.how_it_stands();
            self.pop(how, &mut ended);
        }
        if let Some(tabs) = self.open.last_mut() {
            (tabs.tabs, tabs.ended) = (tabs.tabs + 1, false);
        }
        self.begin(Kind::Tab, colons, of);
        Ok(ended)
    }

    /// A line of so many colons; none if there is nothing for it to end.
    pub(super) fn end(&mut self, colons: usize) -> Option<Ended<T>> {
        let here: Vec<usize> = self.open.iter().rev().take_while(|open| open.container == self.containers).map(|open| open.colons).collect();
        if here.is_empty() {
            if self.late > 0 {
                self.late -= 1;
                return Some(Vec::new());
            }
            return None;
        }
        // More colons reach over what began with fewer, to the one that began with as many.
        let reached = here.iter().position(|open| *open >= colons).filter(|at| here[*at] == colons).unwrap_or(0);
        let mut ended = Vec::new();
        for _ in 0..reached {
            let how = self.how_it_stands();
            self.pop(how, &mut ended);
        }
        let tab = self.open.last().is_some_and(|open| open.kind == Kind::Tab);
        self.pop(How::Closed, &mut ended);
        if let Some(tabs) = self.open.last_mut().filter(|_| tab) {
            tabs.ended = true;
        }
        Some(ended)
    }

    /// Something else than a directive begins here. Tabs whose last tab was ended hold nothing else, so they were ended with it.
    pub(super) fn content(&mut self) -> Ended<T> {
        let mut ended = Vec::new();
        if self.open.last().is_some_and(|open| open.kind == Kind::Tabs && open.container == self.containers && open.ended) {
            self.pop(How::Closed, &mut ended);
        }
        ended
    }

    /// Whether text would stand among tabs here, in none of them.
    pub(super) fn between_tabs(&self) -> bool {
        self.open.last().is_some_and(|open| open.kind == Kind::Tabs && open.container == self.containers)
    }

    fn how_it_stands(&self) -> How {
        match self.open.last() {
            Some(open) if open.kind == Kind::Tab || (open.kind == Kind::Tabs && open.ended) => How::Closed,
            _ => How::Unclosed,
        }
    }

    fn pop(&mut self, how: How, ended: &mut Ended<T>) {
        if let Some(open) = self.open.pop() {
            ended.push((open.of, how));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `(` and `)` are containers, `.` is text, `tabs3` and the like begin, `3` ends. What ends is shown, with `?` where it was not closed.
    fn check(text: &str, expected: &str) {
        let mut stack: Stack<String> = Stack::default();
        let mut shown: Vec<String> = Vec::new();
        for word in text.split_whitespace() {
            let colons = word.trim_start_matches(char::is_alphabetic).parse().unwrap_or(3);
            let name = word.trim_end_matches(char::is_numeric).to_owned();
            let ended = match name.as_str() {
                "(" => {
                    stack.enter();
                    Vec::new()
                }
                ")" => stack.leave(),
                "." => stack.content(),
                "" => stack.end(colons).unwrap_or_else(|| vec![("stray".to_owned(), How::Closed)]),
                "tabs" => {
                    stack.begin(Kind::Tabs, colons, word.to_owned());
                    Vec::new()
                }
                "tab" => stack.begin_tab(colons, word.to_owned()).unwrap_or_else(|_| vec![("alone".to_owned(), How::Closed)]),
                _ => {
                    stack.begin(Kind::Other, colons, word.to_owned());
                    Vec::new()
                }
            };
            let ended = ended.into_iter().map(|(name, how)| if how == How::Closed { name } else { format!("{name}?") });
            shown.push(ended.collect::<Vec<_>>().join(","));
        }
        shown.extend(stack.leave().into_iter().map(|(name, how)| if how == How::Closed { name } else { format!("{name}?") }));
        shown.retain(|word| !word.is_empty());
        assert_eq!(shown.join(" "), expected, "{text}");
    }

    #[test]
    fn a_line_ends_the_innermost_or_the_one_of_its_length() {
        check("a b 3 3", "b a");
        check("a4 b3 4", "b3?,a4");
        check("a3 b4 3 3", "b4 a3");
        check("a 3 3", "a stray");
        check("a", "a?");
    }

    #[test]
    fn tabs_end_each_other() {
        check("tabs tab . 3 tab . 3 3", "tab tab tabs");
        check("tabs tab . tab . 3 3", "tab tab tabs");
        check("tabs4 tab . tab . 4", "tab tab,tabs4");
        check("tabs tab . tab . 3 .", "tab tab tabs");
        check("tabs tab . tab . 3", "tab tab tabs");
        check("tabs tab tabs tab 3 3 3 3", "tab tabs tab tabs");
        check("tabs tab note tab 3 3", "note?,tab tab tabs");
        check("tab", "alone");
    }

    #[test]
    fn a_container_ends_what_began_in_it() {
        check("( a ) 3", "a?");
        check("a ( b 3 ) 3", "b a");
        check("a ( 3 ) 3", "stray a");
        check("( tabs tab )", "tab,tabs?");
    }
}
