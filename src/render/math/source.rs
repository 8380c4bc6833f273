//! A formula's LaTeX, looked through before it is parsed: what the parser must not see is told or written in another way.
//!
//! The parser goes down one call for each command that another one takes without braces, looks for the end of a group from its
//! start, and lets macros grow. So here nesting is counted as the parser counts it, macros are refused, and words that must stand
//! in braces are held to it. What is handed on is as long as what came in: every place stays where it was.

use std::ops::Range;

use super::MathFault;
use super::names::{REFUSED, SYMBOLS, WITHOUT_EFFECT, arguments, defines, is_environment, takes_words};

/// The longest formula, in bytes. A page of a book has a tenth of it.
const LONGEST: usize = 10_000;

/// How deep a formula may nest: groups, environments, and commands inside each other's arguments.
const DEEPEST: usize = 100;

/// LaTeX that the parser may read.
#[derive(Debug)]
pub(super) struct Source {
    /// As long as what was written.
    pub(super) text: String,
    /// The names of its commands, without `\`: bytes.
    pub(super) commands: Vec<Range<usize>>,
}

/// What is open at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Open {
    /// `{`
    Group(usize),
    /// `[` of an argument that may be left out.
    Optional,
    /// `\left`
    Fence(usize),
    /// `\begin{…}`
    Environment(Range<usize>, usize),
    /// A command that waits for so many arguments.
    Arguments(usize),
}

/// Looks through a formula.
pub(super) fn source(latex: &str) -> Result<Source, MathFault> {
    if latex.len() > LONGEST {
        return Err(MathFault { message: format!("the formula is longer than {LONGEST} bytes"), range: None });
    }
    let mut reader = Reader { latex, out: latex.as_bytes().to_vec(), at: 0, open: Vec::new(), commands: Vec::new(), optional: false };
    while reader.at < latex.len() {
        reader.step()?;
    }
    reader.arguments_end();
    match reader.open.last() {
        Some(Open::Group(at)) => Err(fault("this `{` is not closed", *at..at + 1)),
        Some(Open::Fence(at)) => Err(fault("this `\\left` has no `\\right`", *at..at + "\\left".len())),
        Some(Open::Environment(name, at)) => Err(fault(format!("`\\begin{{{}}}` has no `\\end`", &latex[name.clone()]), *at..name.end + 1)),
        Some(Open::Optional | Open::Arguments(_)) | None => {
            let text = String::from_utf8(reader.out).unwrap_or_else(|_| latex.to_owned());
            Ok(Source { text, commands: reader.commands })
        }
    }
}

fn fault(message: impl Into<String>, range: Range<usize>) -> MathFault {
    MathFault { message: message.into(), range: Some(range) }
}

struct Reader<'a> {
    latex: &'a str,
    /// What the parser will see.
    out: Vec<u8>,
    at: usize,
    open: Vec<Open>,
    commands: Vec<Range<usize>>,
    /// Whether a `[` here begins an argument.
    optional: bool,
}

impl Reader<'_> {
    /// One token.
    fn step(&mut self) -> Result<(), MathFault> {
        let start = self.at;
        let Some(c) = self.rest().chars().next() else { return Ok(()) };
        if c == '\\' {
            return self.command();
        }
        self.at += c.len_utf8();
        if c.is_whitespace() {
            // The parser steps over one byte of a space.
            self.blank(start..self.at);
            return Ok(());
        }
        let optional = std::mem::take(&mut self.optional);
        match c {
            '%' => self.comment(start),
            '{' => self.push(Open::Group(start), start)?,
            '}' => {
                self.arguments_end();
                if self.open.pop_if(|open| matches!(open, Open::Group(_))).is_none() {
                    return Err(fault("this `}` closes nothing", start..self.at));
                }
                self.complete();
            }
            '[' if optional => self.push(Open::Optional, start)?,
            ']' if self.open.iter().rev().find(|open| !matches!(open, Open::Arguments(_))) == Some(&Open::Optional) => {
                self.arguments_end();
                self.open.pop();
            }
            '^' | '_' => self.push(Open::Arguments(1), start)?,
            '&' => self.arguments_end(),
            '$' => return Err(fault("a `$` inside a formula must be written `\\$`", start..self.at)),
            '#' => return Err(fault("a `#` inside a formula must be written `\\#`", start..self.at)),
            _ => self.complete(),
        }
        Ok(())
    }

    /// What begins with `\`.
    fn command(&mut self) -> Result<(), MathFault> {
        let start = self.at;
        let name = start + 1..start + 1 + self.latex[start + 1..].bytes().take_while(u8::is_ascii_alphabetic).count();
        self.at = name.end;
        self.optional = false;
        if name.is_empty() {
            let Some(c) = self.rest().chars().next() else { return Err(fault("the formula ends with a lonely `\\`", start..name.end)) };
            self.at += c.len_utf8();
            if c == '\\' {
                self.arguments_end();
                return self.row_space();
            }
            if c.is_whitespace() {
                self.blank(name.end..self.at);
            }
            self.complete();
            return Ok(());
        }
        self.commands.push(name.clone());
        let written = start..name.end;
        let word = &self.latex[name.clone()];
        if defines(word) {
            return Err(fault(format!("`\\{word}` defines a macro, which formulas cannot; write out what it stands for"), written));
        }
        if let Some((_, instead)) = REFUSED.iter().find(|(refused, _)| *refused == word) {
            return Err(fault(format!("`\\{word}` is not read in formulas; {instead}"), written));
        }
        if WITHOUT_EFFECT.contains(&word) {
            self.blank(written);
            return Ok(());
        }
        if let Some((_, symbol)) = SYMBOLS.iter().find(|(known, _)| *known == word) {
            self.write(written, symbol);
            self.complete();
            return Ok(());
        }
        if takes_words(word) {
            return self.words_of(word, written);
        }
        match word {
            "begin" => self.begin(start),
            "end" => self.end(start),
            "left" => {
                self.push(Open::Fence(start), start)?;
                self.push(Open::Arguments(1), start)
            }
            "right" => {
                self.arguments_end();
                if self.open.pop_if(|open| matches!(open, Open::Fence(_))).is_none() {
                    return Err(fault("this `\\right` has no `\\left`", written));
                }
                // Its bracket comes next, and ends what `\left` began.
                self.push(Open::Arguments(1), start)
            }
            _ if word.starts_with("left") || word.starts_with("right") => Err(unknown(word, written)),
            "color" | "textcolor" | "colorbox" | "fcolorbox" => self.color(word, written),
            "kern" | "hskip" | "mkern" | "mskip" => self.length(word, written),
            "limits" | "nolimits" => Ok(()),
            "cr" => {
                self.arguments_end();
                self.row_space()
            }
            _ => match arguments(word) {
                0 => {
                    self.complete();
                    Ok(())
                }
                count => {
                    self.optional = matches!(word, "sqrt" | "xleftarrow" | "xrightarrow");
                    self.push(Open::Arguments(count), start)
                }
            },
        }
    }

    fn rest(&self) -> &str {
        &self.latex[self.at..]
    }

    fn skip_spaces(&mut self) {
        let spaces = self.rest().len() - self.rest().trim_start().len();
        self.blank(self.at..self.at + spaces);
        self.at += spaces;
    }

    fn push(&mut self, open: Open, at: usize) -> Result<(), MathFault> {
        self.open.push(open);
        if self.open.len() > DEEPEST {
            return Err(fault(format!("the formula nests more than {DEEPEST} deep"), at..at + 1));
        }
        Ok(())
    }

    /// Something is whole, and may be the last argument of a command, which then is whole too.
    fn complete(&mut self) {
        while let Some(Open::Arguments(count)) = self.open.last_mut() {
            *count -= 1;
            if *count > 0 {
                break;
            }
            self.open.pop();
        }
    }

    /// A group ends: whatever in it still waits for arguments gets none.
    fn arguments_end(&mut self) {
        while self.open.pop_if(|open| matches!(open, Open::Arguments(_))).is_some() {}
    }

    fn blank(&mut self, range: Range<usize>) {
        self.write(range, "");
    }

    /// Writes `text`, which is no longer than the range, in its place.
    fn write(&mut self, range: Range<usize>, text: &str) {
        if let Some(place) = self.out.get_mut(range).filter(|place| place.len() >= text.len()) {
            place.fill(b' ');
            place[..text.len()].copy_from_slice(text.as_bytes());
        }
    }

    fn comment(&mut self, start: usize) {
        let end = self.latex[start..].find('\n').map_or(self.latex.len(), |length| start + length);
        self.blank(start..end);
        self.at = end;
    }

    /// `{…}` that comes next, as it is written, without its braces.
    fn group(&mut self, whose: &str, written: Range<usize>) -> Result<Range<usize>, MathFault> {
        self.skip_spaces();
        let start = self.at;
        if !self.rest().starts_with('{') {
            return Err(fault(format!("what `\\{whose}` is for must stand in braces"), written));
        }
        let (mut depth, mut escaped) = (0, false);
        for (offset, c) in self.rest().char_indices() {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '{' => depth += 1,
                '}' if depth == 1 => {
                    self.at += offset + 1;
                    return Ok(start + 1..self.at - 1);
                }
                '}' => depth -= 1,
                '%' => return Err(fault("a `%` must be written `\\%`", start + offset..start + offset + 1)),
                _ => {}
            }
        }
        Err(fault("this `{` is not closed", start..start + 1))
    }

    /// A command that takes words.
    fn words_of(&mut self, word: &str, written: Range<usize>) -> Result<(), MathFault> {
        match word {
            // Its scripts stand above and below it, as those of `\mathop` do.
            "operatorname" if self.rest().starts_with('*') => {
                self.at += 1;
                self.write(written.start..self.at, "\\mathop");
            }
            "mbox" | "hbox" => self.write(written.clone(), "\\text"),
            _ => {}
        }
        self.words(word, written)?;
        self.complete();
        Ok(())
    }

    fn words(&mut self, word: &str, written: Range<usize>) -> Result<(), MathFault> {
        let group = self.group(word, written)?;
        let mut escaped = false;
        for (offset, c) in self.latex[group.clone()].char_indices() {
            let here = group.start + offset;
            match c {
                _ if escaped && c.is_ascii_alphabetic() => {
                    return Err(fault(format!("`\\{word}` holds words, and no commands"), here - 1..here + 1));
                }
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '$' => return Err(fault(format!("`\\{word}` holds words, and no formulas"), here..here + 1)),
                _ => {}
            }
        }
        Ok(())
    }

    /// A command that takes a colour first.
    fn color(&mut self, word: &str, written: Range<usize>) -> Result<(), MathFault> {
        for _ in 0..if word == "fcolorbox" { 2 } else { 1 } {
            let group = self.group(word, written.clone())?;
            let name = &self.latex[group.clone()];
            let number = name.strip_prefix('#').is_some_and(|digits| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()));
            if !number && (name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric())) {
                return Err(fault("a colour is a name or `#rrggbb`", group));
            }
        }
        match word {
            "textcolor" => self.push(Open::Arguments(1), written.start),
            "color" => {
                self.complete();
                Ok(())
            }
            _ => {
                self.words(word, written)?;
                self.complete();
                Ok(())
            }
        }
    }

    /// A command that takes a length, in braces or bare.
    fn length(&mut self, word: &str, written: Range<usize>) -> Result<(), MathFault> {
        self.skip_spaces();
        let range = if self.rest().starts_with('{') {
            self.group(word, written.clone())?
        } else {
            let digits = self.rest().bytes().take_while(|b| b" +-.,0123456789".contains(b)).count();
            let end = self.at + digits + self.rest()[digits..].bytes().take_while(u8::is_ascii_lowercase).take(2).count();
            std::mem::replace(&mut self.at, end)..end
        };
        if !is_length(&self.latex[range]) {
            return Err(fault(format!("`\\{word}` takes a length, as in `\\{word}{{1em}}`"), written));
        }
        self.complete();
        Ok(())
    }

    /// What may follow the end of a row: `[1em]`.
    fn row_space(&mut self) -> Result<(), MathFault> {
        let spaces = self.rest().len() - self.rest().trim_start().len();
        let Some(inside) = self.rest()[spaces..].strip_prefix('[') else { return Ok(()) };
        let length = inside.find(']').map_or("", |end| &inside[..end]);
        if !is_length(length) {
            let at = self.at + spaces;
            return Err(fault("a `[` after the end of a row takes a length, as in `\\\\[1em]`; write `{[}` for the bracket", at..at + 1));
        }
        let end = self.at + spaces + length.len() + 2;
        self.skip_spaces();
        self.at = end;
        Ok(())
    }

    /// The name in braces after `\begin` or `\end`, closed up to the command.
    fn environment(&mut self, word: &str, start: usize) -> Result<Range<usize>, MathFault> {
        let name = self.group(word, start..start + 1 + word.len())?;
        let text = &self.latex[name.clone()];
        if !is_environment(text) {
            return Err(fault(format!("`{text}` is no environment that can be read"), name));
        }
        let closed_up = format!("\\{word}{{{text}}}");
        self.write(start..self.at, &closed_up);
        Ok(name)
    }

    fn begin(&mut self, start: usize) -> Result<(), MathFault> {
        let name = self.environment("begin", start)?;
        let word = &self.latex[name.clone()];
        if matches!(word, "array" | "darray") {
            // The parser knows no spaces between columns.
            let columns = self.group(word, name.clone())?;
            let close: String = self.latex[columns.clone()].split_whitespace().collect();
            self.write(columns.start..self.at, &format!("{close}}}"));
        } else if word.starts_with("alignat") || word == "alignedat" {
            let pairs = self.group(word, name.clone())?;
            let number = &self.latex[pairs.clone()];
            if !(1..=3).contains(&number.len()) || !number.bytes().all(|b| b.is_ascii_digit()) {
                return Err(fault(format!("`{word}` takes a number of columns, as in `\\begin{{{word}}}{{2}}`"), pairs));
            }
        }
        self.push(Open::Environment(name, start), start)
    }

    fn end(&mut self, start: usize) -> Result<(), MathFault> {
        let name = self.environment("end", start)?;
        self.arguments_end();
        match self.open.pop() {
            Some(Open::Environment(opened, _)) if self.latex[opened.clone()] == self.latex[name.clone()] => {
                self.complete();
                Ok(())
            }
            _ => Err(fault(format!("no `\\begin{{{}}}` is open here", &self.latex[name.clone()]), name)),
        }
    }
}

/// What is said of a command that nobody knows.
pub(super) fn unknown(word: &str, range: Range<usize>) -> MathFault {
    fault(format!("`\\{word}` is no command that can be read in formulas"), range)
}

fn is_length(text: &str) -> bool {
    let text = text.trim();
    let digits = text.trim_start_matches(['+', '-', ' ']);
    let unit = digits.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',')).trim_start();
    digits.len() > unit.len() && matches!(unit, "em" | "mu" | "ex" | "pt" | "pc" | "in" | "bp" | "cm" | "mm" | "dd" | "cc" | "sp")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(latex: &str, expected: &str) {
        let shown = match source(latex) {
            Ok(source) => {
                assert_eq!(source.text.len(), latex.len(), "{latex}");
                source.text
            }
            Err(fault) => {
                let place = fault.range.map_or("", |range| latex.get(range).expect("a place on whole characters"));
                format!("{}: {place}", fault.message)
            }
        };
        assert_eq!(shown, expected, "{latex}");
    }

    #[test]
    fn plain_formulas_pass_as_they_are() {
        for latex in
            ["", "a+b", r"\frac{1}{2}", r"\sqrt[3]{x}", r"\left( \frac12 \right)", r"\begin{matrix}a & b \\[1em] c\end{matrix}", r"\text{a \% b}"]
        {
            check(latex, latex);
        }
    }

    #[test]
    fn what_the_parser_misreads_is_written_in_another_way() {
        check(r"a \rightarrow b", "a →         b");
        check("a % c\nb", "a     b");
        check("a\u{a0}b", "a  b");
        check(r"\operatorname*{arg}", r"\mathop       {arg}");
        check(r"\begin {array} {c | c} a \end {array}", r"\begin{array}  {c|c}   a \end{array} ");
        check(r"\mbox{a}\relax", r"\text{a}      ");
    }

    #[test]
    fn faults_are_told_at_their_place() {
        check("{a", "this `{` is not closed: {");
        check("a}", "this `}` closes nothing: }");
        check(r"\left( a", r"this `\left` has no `\right`: \left");
        check(r"\right)", r"this `\right` has no `\left`: \right");
        check(r"\begin{matrix}a", r"`\begin{matrix}` has no `\end`: \begin{matrix}");
        check(r"\begin{matrix}a\end{cases}", r"no `\begin{cases}` is open here: cases");
        check(r"\begin{html}", "`html` is no environment that can be read: html");
        check(r"\def\a{\a}\a", r"`\def` defines a macro, which formulas cannot; write out what it stands for: \def");
        check(r"\char60", r"`\char` is not read in formulas; write the character itself: \char");
        check(r"\color{#aéaéx}x", "a colour is a name or `#rrggbb`: #aéaéx");
        check(r"\text a", r"what `\text` is for must stand in braces: \text");
        check(r"\text{\href{x}}", r"`\text` holds words, and no commands: \h");
        check(r"\begin{alignat}{99999}", r"`alignat` takes a number of columns, as in `\begin{alignat}{2}`: 99999");
        check(r"\kern x", r"`\kern` takes a length, as in `\kern{1em}`: \kern");
        check("a$b", "a `$` inside a formula must be written `\\$`: $");
        check("a\\", "the formula ends with a lonely `\\`: \\");
    }

    #[test]
    fn nesting_is_counted_without_braces_too() {
        for piece in [
            "{",
            r"\sqrt",
            r"\frac a",
            r"\frac{a}",
            r"\hat",
            r"\left(",
            r"\sqrt[",
            r"\sqrt[3]",
            r"\frac\big(",
            r"\frac\kern1em",
            r"\mathbf",
            r"\overset a",
        ] {
            let fault = source(&piece.repeat(400)).expect_err(piece);
            assert!(fault.message.contains("more than 100 deep"), "{piece}: {}", fault.message);
        }
        for piece in [r"\frac12", r"\sqrt x", "x^2", r"\hat x", r"\alpha", "{a}", r"\left(a\right)", r"\big(", r"\frac\big(2"] {
            assert!(source(&piece.repeat(400)).is_ok(), "{piece}");
        }
        assert!(source(&"a".repeat(10_001)).is_err());
    }
}
