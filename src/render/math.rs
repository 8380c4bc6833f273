//! Formulas: LaTeX to MathML Core. The only file that knows `pulldown-latex`.
//!
//! - In: what stands between `$` and `$`, which nobody vouches for.
//! - Out: `<math>…</math>`, or a [`MathFault`] that says what is wrong with it.
//! - Never here: `style`, links, scripts, colours by name: only elements and attributes that stand in this file, with text escaped.
//!
//! The library parses; [`source`] looks the formula through before, so that nesting and macros cost nothing. Its own writer is not
//! used: that sets styles in attributes, which a strict Content-Security-Policy takes out, and needs classes of its own. The
//! spacing of operators is the browser's, by MathML Core's dictionary of operators; only what stands alone or first is marked.

mod letters;
mod look;
mod names;
mod signs;
mod source;

use std::ops::Range;

use pulldown_latex::event::{
    ArrayColumn, ColorTarget, ColumnAlignment, Content, DelimiterSize, DelimiterType, Dimension, DimensionUnit, EnvironmentFlow, Event, Font,
    Grouping, Line, ScriptPosition, ScriptType, StateChange, Style, Visual,
};
use pulldown_latex::{Parser, Storage};

use self::look::{Styles, em, length, space};
use self::signs::{Before, content, function, prime, sign, words};
use super::html::Markup;

/// What is wrong with a formula.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct MathFault {
    /// In small letters, without a full stop.
    pub(super) message: String,
    /// The bytes of the formula that it is about, where they can be told.
    pub(super) range: Option<Range<usize>>,
}

/// The MathML of a formula; `display` sets it on lines of its own. Longer than 10 000 bytes, nested deeper than 100, or with macros,
/// it is a fault.
pub(super) fn math(latex: &str, display: bool) -> Result<String, MathFault> {
    let source = source::source(latex)?;
    let storage = Storage::new();
    let mut events = Vec::new();
    for event in Parser::new(&source.text, &storage) {
        match event {
            Ok(event) => events.push(event),
            Err(error) => return Err(fault(latex, &source, &error.to_string())),
        }
    }
    let mut markup = Markup::with_capacity(64 + 16 * events.len());
    markup.tag(if display { "<math display=\"block\">" } else { "<math>" });
    let mut events = events.into_iter();
    let nodes = nodes(&mut events);
    // The children of `<math>` are one row, as those of `<mrow>` are.
    siblings(&nodes, None, &mut markup);
    markup.tag("</math>");
    Ok(markup.into_string())
}

/// The parser's error in our words. It does not say where it is, but a command that nobody knows can be looked for.
fn fault(latex: &str, source: &source::Source, error: &str) -> MathFault {
    let first = error.lines().next().unwrap_or_default();
    let said = first.strip_prefix("parsing error: ").unwrap_or(first);
    if said.contains("unknown primitive") {
        for command in &source.commands {
            let Some(word) = latex.get(command.clone()) else { continue };
            let alone = format!("\\{word}");
            let storage = Storage::new();
            let unknown =
                Parser::new(&alone, &storage).next().is_some_and(|event| event.is_err_and(|error| error.to_string().contains("unknown primitive")));
            if unknown {
                return source::unknown(word, command.start - 1..command.end);
            }
        }
    }
    let message = match said {
        said if said.contains("unknown primitive") => "a command is not known",
        said if said.contains("unkown color") => "a colour is not known; write `#rrggbb`",
        said if said.contains("unexpected group closing") => "a group, environment or bracket is closed that is not open",
        said if said.contains("unbalanced group") => "a group, environment or bracket is not closed",
        said if said.contains("script") && said.contains("argument") => "a `^` or `_` stands where an argument must be",
        said if said.contains("subscript twice") => "something has two subscripts; write `{}` around the first of them",
        said if said.contains("superscript twice") => "something has two superscripts; write `{}` around the first of them",
        said if said.contains("alignment not allowed") => "an `&` has no column here",
        said if said.contains("new line command") => "a `\\\\` ends no row here; write the rows in `\\begin{aligned}`",
        said if said.contains("delimiter") => "a bracket must follow a command like `\\left` or `\\big`",
        said if said.contains("at least one column") => "an array must have columns of `l`, `c` or `r`",
        said if said.contains("expected a token") || said.contains("expected an argument") => "a command has no argument",
        said if said.contains("dimension") => "a length is a number and a unit, as `1em`",
        _ => "the formula cannot be read",
    };
    MathFault { message: message.to_owned(), range: None }
}

/// A part of a formula.
#[derive(Debug)]
enum Node<'a> {
    Content(Content<'a>),
    Space([Option<Dimension>; 3]),
    Change(StateChange),
    Flow(EnvironmentFlow),
    Group(Grouping, Vec<Node<'a>>),
    Visual(Visual, Vec<Node<'a>>),
    Script(ScriptType, ScriptPosition, Vec<Node<'a>>),
}

/// The nodes up to the end of the group.
fn nodes<'a>(events: &mut impl Iterator<Item = Event<'a>>) -> Vec<Node<'a>> {
    std::iter::from_fn(|| node(events)).collect()
}

/// The next node; none at the end of the group.
fn node<'a>(events: &mut impl Iterator<Item = Event<'a>>) -> Option<Node<'a>> {
    Some(match events.next()? {
        Event::End => return None,
        Event::Content(content) => Node::Content(content),
        Event::Space { width, height, depth } => Node::Space([width, height, depth]),
        Event::StateChange(change) => Node::Change(change),
        Event::EnvironmentFlow(flow) => Node::Flow(flow),
        Event::Begin(grouping) => Node::Group(grouping, nodes(events)),
        Event::Visual(visual) => {
            let parts = if matches!(visual, Visual::Root | Visual::Fraction(_)) { 2 } else { 1 };
            Node::Visual(visual, some(events, parts))
        }
        Event::Script { ty, position } => Node::Script(ty, position, some(events, if ty == ScriptType::SubSuperscript { 3 } else { 2 })),
    })
}

/// The next `count` nodes. Where the formula has fewer, an empty group takes their place.
fn some<'a>(events: &mut impl Iterator<Item = Event<'a>>, count: usize) -> Vec<Node<'a>> {
    (0..count).map(|_| node(events).unwrap_or(Node::Group(Grouping::Normal, Vec::new()))).collect()
}

/// Nodes side by side, in the font that is set.
fn siblings(nodes: &[Node<'_>], mut font: Option<Font>, out: &mut Markup) {
    let mut before = Before::Operator;
    let mut styles = Styles::default();
    let mut at = 0;
    while let Some(node) = nodes.get(at) {
        at += 1;
        match node {
            Node::Change(StateChange::Font(changed)) => font = *changed,
            Node::Change(change) => styles.change(*change, out),
            Node::Content(Content::Function(name)) => {
                if before == Before::Operand {
                    out.tag(look::THIN);
                }
                function(name, out);
                before = applied(nodes.get(at), out);
            }
            Node::Script(.., parts) if matches!(parts.first(), Some(Node::Content(Content::Function(_)))) => {
                if before == Before::Operand {
                    out.tag(look::THIN);
                }
                one(node, font, before, out);
                before = applied(nodes.get(at), out);
            }
            node => {
                // Upright letters side by side are one word.
                let word: String = nodes[at - 1..].iter().map_while(|node| upright_letter(node, font)).collect();
                if word.chars().nth(1).is_some() {
                    at += word.chars().count() - 1;
                    out.tag("<mi>");
                    out.text(&word);
                    out.tag("</mi>");
                    before = Before::Operand;
                    continue;
                }
                let primes = nodes[at..].iter().take_while(|node| is_prime(node)).count();
                let scripted = match nodes.get(at + primes) {
                    Some(Node::Script(ty, ScriptPosition::Right, parts)) if parts.first().is_some_and(is_prime) => Some((ty, parts)),
                    _ => None,
                };
                let with_primes = |primes: usize, out: &mut Markup| {
                    out.tag("<msup>");
                    one(node, font, before, out);
                    prime(primes, out);
                    out.tag("</msup>");
                };
                match scripted {
                    _ if !takes_primes(node) => one(node, font, before, out),
                    Some((ty, parts)) => {
                        let (open, close) = script_tags(*ty, false);
                        out.tag(open);
                        out.tag(">");
                        with_primes(primes + 1, out);
                        parts.iter().skip(1).for_each(|part| one(part, font, Before::Operator, out));
                        out.tag(close);
                        at += primes + 1;
                    }
                    None if primes > 0 => {
                        with_primes(primes, out);
                        at += primes;
                    }
                    None => one(node, font, before, out),
                }
                before = after(node, before);
            }
        }
    }
    styles.close(out);
}

/// What joins the name of a function to what it is applied to: an operator that is not seen, and a thin space if no bracket follows.
fn applied(next: Option<&Node<'_>>, out: &mut Markup) -> Before {
    let content = match next {
        Some(Node::Script(.., parts)) => parts.first(),
        next => next,
    };
    match content {
        None
        | Some(Node::Flow(_) | Node::Space(_) | Node::Content(Content::BinaryOp { .. } | Content::Relation { .. } | Content::Punctuation(_))) => {
            Before::Operand
        }
        Some(Node::Content(Content::Delimiter { ty: DelimiterType::Close, .. })) => Before::Operand,
        Some(Node::Content(Content::Delimiter { .. }) | Node::Group(Grouping::LeftRight(..), _)) => {
            out.tag("<mo>\u{2061}</mo>");
            Before::Operator
        }
        // One function of another: the second brings its space.
        Some(Node::Content(Content::Function(_))) => {
            out.tag("<mo>\u{2061}</mo>");
            Before::Operand
        }
        Some(_) => {
            out.tag("<mo>\u{2061}</mo>");
            out.tag(look::THIN);
            Before::Operator
        }
    }
}

/// What `node` is to the one after it.
fn after(node: &Node<'_>, before: Before) -> Before {
    match node {
        Node::Content(content) => match content {
            Content::LargeOp { .. } | Content::BinaryOp { .. } | Content::Relation { .. } | Content::Punctuation(_) => Before::Operator,
            Content::Delimiter { ty: DelimiterType::Open | DelimiterType::Fence, .. } => Before::Operator,
            _ => Before::Operand,
        },
        Node::Script(.., parts) => parts.first().map_or(before, |base| after(base, before)),
        Node::Visual(Visual::Negation, parts) => parts.first().map_or(before, |part| after(part, before)),
        Node::Space(_) | Node::Change(_) | Node::Flow(_) => before,
        Node::Group(..) | Node::Visual(..) => Before::Operand,
    }
}

/// The letter, if it is one of an upright word.
fn upright_letter(node: &Node<'_>, font: Option<Font>) -> Option<char> {
    match node {
        Node::Content(Content::Ordinary { content, stretchy: false }) if font == Some(Font::UpRight) => {
            Some(*content).filter(|c| c.is_alphanumeric())
        }
        _ => None,
    }
}

fn is_prime(node: &Node<'_>) -> bool {
    matches!(node, Node::Content(Content::Ordinary { content: '′', .. }))
}

fn takes_primes(node: &Node<'_>) -> bool {
    match node {
        Node::Content(Content::Ordinary { .. } | Content::Number(_)) => !is_prime(node),
        Node::Content(Content::Delimiter { ty: DelimiterType::Close, .. }) | Node::Group(..) => true,
        Node::Script(.., ScriptPosition::AboveBelow, _) => true,
        _ => false,
    }
}

/// A node as one element.
fn one(node: &Node<'_>, font: Option<Font>, before: Before, out: &mut Markup) {
    match node {
        Node::Content(shown) => content(shown, font, before, "", out),
        Node::Space(sizes) => space(sizes, out),
        Node::Change(_) | Node::Flow(_) => out.tag("<mrow></mrow>"),
        Node::Group(grouping, nodes) => group(grouping, nodes, font, out),
        Node::Visual(visual, parts) => self::visual(*visual, parts, font, before, out),
        Node::Script(ty, position, parts) => script(*ty, *position, parts, font, before, out),
    }
}

fn visual(visual: Visual, parts: &[Node<'_>], font: Option<Font>, before: Before, out: &mut Markup) {
    let close = match visual {
        Visual::SquareRoot => {
            out.tag("<msqrt>");
            "</msqrt>"
        }
        Visual::Root => {
            out.tag("<mroot>");
            "</mroot>"
        }
        Visual::Fraction(thickness) => {
            out.tag("<mfrac");
            if let Some(thickness) = thickness {
                out.attribute("linethickness", &length(thickness, 1.0));
            }
            out.tag(">");
            "</mfrac>"
        }
        Visual::Negation => {
            return match parts {
                [Node::Content(shown)] if !matches!(shown, Content::Text(_) | Content::Function(_) | Content::Number(_)) => {
                    content(shown, font, before, "\u{338}", out)
                }
                parts => {
                    out.tag("<mrow class=\"math-cancel\">");
                    parts.iter().for_each(|part| one(part, font, before, out));
                    out.tag("</mrow>");
                }
            };
        }
    };
    parts.iter().for_each(|part| one(part, font, Before::Operator, out));
    out.tag(close);
}

/// The start tag, without its end, and the end tag.
fn script_tags(ty: ScriptType, under: bool) -> (&'static str, &'static str) {
    match (ty, under) {
        (ScriptType::Subscript, false) => ("<msub", "</msub>"),
        (ScriptType::Superscript, false) => ("<msup", "</msup>"),
        (ScriptType::SubSuperscript, false) => ("<msubsup", "</msubsup>"),
        (ScriptType::Subscript, true) => ("<munder", "</munder>"),
        (ScriptType::Superscript, true) => ("<mover", "</mover>"),
        (ScriptType::SubSuperscript, true) => ("<munderover", "</munderover>"),
    }
}

fn script(ty: ScriptType, position: ScriptPosition, parts: &[Node<'_>], font: Option<Font>, before: Before, out: &mut Markup) {
    let [base, scripts @ ..] = parts else { return out.tag("<mrow></mrow>") };
    let under = position != ScriptPosition::Right;
    let (open, close) = script_tags(ty, under);
    out.tag(open);
    let accent = match scripts {
        [Node::Content(Content::Ordinary { content, stretchy })]
            if position == ScriptPosition::AboveBelow && (*stretchy || signs::ACCENTS.contains(content)) =>
        {
            Some((*content, *stretchy))
        }
        _ => None,
    };
    if accent.is_some() {
        out.tag(if ty == ScriptType::Subscript { " accentunder=\"true\"" } else { " accent=\"true\"" });
    }
    out.tag(">");
    // Whether limits may stand beside their operator in a line of text.
    let movable = position == ScriptPosition::Movable;
    match base {
        Node::Content(Content::LargeOp { content, .. }) if under => {
            out.tag(if movable { "<mo movablelimits=\"true\">" } else { "<mo movablelimits=\"false\">" });
            sign(*content, "", out);
            out.tag("</mo>");
        }
        Node::Content(Content::Function(name)) if under => {
            out.tag("<mo form=\"prefix\" lspace=\"0\" rspace=\"0\"");
            out.tag(if movable { " movablelimits=\"true\">" } else { " movablelimits=\"false\">" });
            words(name, None, out);
            out.tag("</mo>");
        }
        base => one(base, font, before, out),
    }
    match accent {
        // `\overline` is as long as what is under it; the bar of `\bar x` is not.
        Some((content, stretchy)) if stretchy || content == '‾' && matches!(base, Node::Group(..)) => {
            out.tag("<mo stretchy=\"true\">");
            sign(content, "", out);
            out.tag("</mo>");
        }
        Some((content, _)) => {
            out.tag("<mo stretchy=\"false\">");
            sign(content, "", out);
            out.tag("</mo>");
        }
        None => scripts.iter().for_each(|part| one(part, font, Before::Operator, out)),
    }
    out.tag(close);
}

fn group(grouping: &Grouping, nodes: &[Node<'_>], font: Option<Font>, out: &mut Markup) {
    let (class, display) = match grouping {
        Grouping::Normal => {
            out.tag("<mrow>");
            siblings(nodes, font, out);
            return out.tag("</mrow>");
        }
        Grouping::LeftRight(open, close) => {
            out.tag("<mrow>");
            fence(*open, "<mo form=\"prefix\" stretchy=\"true\">", out);
            fenced(nodes, font, out);
            fence(*close, "<mo form=\"postfix\" stretchy=\"true\">", out);
            return out.tag("</mrow>");
        }
        Grouping::Cases { left } => {
            out.tag("<mrow>");
            if *left {
                out.tag("<mo form=\"prefix\" stretchy=\"true\">{</mo>");
            }
            table(nodes, "math-cases", false, &[], out);
            if !*left {
                out.tag("<mo form=\"postfix\" stretchy=\"true\">}</mo>");
            }
            return out.tag("</mrow>");
        }
        Grouping::Array(columns) => return table(nodes, "math-array", false, columns, out),
        Grouping::Matrix { alignment } | Grouping::SubArray { alignment } => match alignment {
            ColumnAlignment::Left => ("math-array math-left", false),
            ColumnAlignment::Center => ("math-array", false),
            ColumnAlignment::Right => ("math-array math-right", false),
        },
        Grouping::Align { .. } | Grouping::Aligned | Grouping::Alignat { .. } | Grouping::Alignedat { .. } | Grouping::Split => ("math-align", true),
        Grouping::Gather { .. } | Grouping::Gathered | Grouping::Equation { .. } => ("math-gather", true),
        Grouping::Multline => ("math-multline", true),
    };
    table(nodes, class, display, &[], out);
}

fn fence(delimiter: Option<char>, open: &'static str, out: &mut Markup) {
    if let Some(delimiter) = delimiter {
        out.tag(open);
        sign(delimiter, "", out);
        out.tag("</mo>");
    }
}

/// What stands between `\left` and `\right`; a `\middle` in it is as high as they are.
fn fenced(nodes: &[Node<'_>], font: Option<Font>, out: &mut Markup) {
    let middle = |node: &Node<'_>| match node {
        Node::Content(Content::Delimiter { content, size: Some(DelimiterSize::Big), ty: DelimiterType::Fence }) => Some(*content),
        _ => None,
    };
    let mut rest = nodes;
    while let Some((at, delimiter)) = rest.iter().enumerate().find_map(|(at, node)| middle(node).map(|delimiter| (at, delimiter))) {
        siblings(&rest[..at], font, out);
        fence(Some(delimiter), "<mo stretchy=\"true\">", out);
        rest = &rest[at + 1..];
    }
    siblings(rest, font, out);
}

/// A table. Fonts and styles end with each cell, but for a style that the environment itself begins with.
fn table(nodes: &[Node<'_>], class: &'static str, display: bool, columns: &[ArrayColumn], out: &mut Markup) {
    let mut nodes = nodes;
    let mut style = display.then_some(Style::Display);
    if let [Node::Change(StateChange::Style(set)), rest @ ..] = nodes {
        (style, nodes) = (Some(*set), rest);
    }
    out.tag("<mtable");
    out.attribute("class", class);
    match style {
        Some(Style::Display) => out.tag(" displaystyle=\"true\""),
        Some(Style::Script | Style::ScriptScript) => out.tag(" scriptlevel=\"1\""),
        Some(Style::Text) | None => {}
    }
    out.tag(">");
    let mut line = None;
    if let [Node::Flow(EnvironmentFlow::StartLines { lines }), rest @ ..] = nodes {
        (line, nodes) = (lines.last().copied(), rest);
    }
    loop {
        let end = nodes.iter().position(|node| matches!(node, Node::Flow(EnvironmentFlow::NewLine { .. })));
        let (row, rest) = match end {
            Some(end) => (&nodes[..end], &nodes[end..]),
            None => (nodes, &[][..]),
        };
        // An end of a row with nothing after it begins no other.
        if row.is_empty() && end.is_none() && line.is_none() {
            break;
        }
        out.tag(match line {
            None => "<mtr>",
            Some(Line::Solid) => "<mtr class=\"math-line\">",
            Some(Line::Dashed) => "<mtr class=\"math-dashed\">",
        });
        let Some((Node::Flow(EnvironmentFlow::NewLine { spacing, horizontal_lines }), rest)) = rest.split_first() else {
            cells(row, columns, None, out);
            out.tag("</mtr>");
            break;
        };
        cells(row, columns, *spacing, out);
        out.tag("</mtr>");
        line = horizontal_lines.last().copied();
        nodes = rest;
    }
    out.tag("</mtable>");
}

/// The cells of a row; `spacing` is room below it.
fn cells(row: &[Node<'_>], columns: &[ArrayColumn], spacing: Option<Dimension>, out: &mut Markup) {
    let mut cells = row.split(|node| matches!(node, Node::Flow(_))).peekable();
    let mut columns = columns.iter().peekable();
    while let Some(cell) = cells.next() {
        let mut classes = Vec::new();
        while columns.next_if(|column| matches!(column, ArrayColumn::Separator(_))).is_some() {
            classes.push("math-bar-before");
        }
        match columns.next() {
            Some(ArrayColumn::Column(ColumnAlignment::Left)) => classes.push("math-left"),
            Some(ArrayColumn::Column(ColumnAlignment::Right)) => classes.push("math-right"),
            _ => {}
        }
        // A bar after the last column has no column to stand before.
        let last = columns.clone().all(|column| matches!(column, ArrayColumn::Separator(_)));
        if last && columns.peek().is_some() {
            classes.push("math-bar-after");
        }
        classes.dedup();
        out.tag("<mtd");
        if !classes.is_empty() {
            out.attribute("class", &classes.join(" "));
        }
        out.tag(">");
        siblings(cell, None, out);
        if let (Some(spacing), None) = (spacing, cells.peek()) {
            out.tag("<mspace width=\"0\"");
            out.attribute("depth", &length(Dimension::new(em(spacing) + 0.3, DimensionUnit::Em), 20.0));
            out.tag("></mspace>");
        }
        out.tag("</mtd>");
    }
}

#[cfg(test)]
mod tests;
