//! The first line of a fence: language, title, lines that are marked, and where the code comes from.
//!
//! ` ```js title="pay.js" {3,5-7} ins={2} del={4} numbers `, and the spellings of other tools: `[pay.js]`, `hl_lines="1 4-6"`,
//! `showLineNumbers`, `:line-numbers=5`, `linenums="5"`, `{ .py title="x" }`, `diff lang="js"`.
//!
//! - In: what stands behind the backticks, as plain text.
//! - Out: a [`Fence`], and the [`Fault`]s in it. Bare words right behind a language (`yaml render`) are no fault: others write them.

use std::ops::Range;

use crate::diagnostic::nearest;

/// What a fence says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fence {
    /// The language, in small letters; empty without one.
    pub language: String,
    /// What is written above the block.
    pub title: Option<String>,
    /// Lines that are pointed out.
    pub highlight: Lines,
    /// Lines that were added.
    pub ins: Lines,
    /// Lines that were removed.
    pub del: Lines,
    /// Lines in focus.
    pub focus: Lines,
    /// The number of the first line, where lines are numbered.
    pub numbers: Option<u32>,
    /// Whether variables stand in the code.
    pub vars: bool,
    /// Whether the code is run by `recto test`.
    pub test: bool,
    /// Whether comments that mark lines are shown as they are.
    pub literal: bool,
    /// Whether the first column says which lines were added and removed.
    pub diff: bool,
    /// The file that the code is taken from, with what follows `#`, and its bytes.
    pub file: Option<(String, Range<usize>)>,
}

/// Lines of a block, counted from 1, as ranges.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines(pub Vec<(u32, u32)>);

impl Lines {
    /// Whether line `number` (from 1) is one of them.
    pub fn has(&self, number: usize) -> bool {
        self.0.iter().any(|(first, last)| (*first as usize..=*last as usize).contains(&number))
    }
}

/// Something wrong in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Its bytes; empty where it concerns the whole.
    pub range: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
}

const KNOWN: [&str; 11] = ["title", "file", "ins", "del", "highlight", "focus", "numbers", "vars", "test", "diff", "literal"];

/// Words of other tools that concern their editors and playgrounds.
const SILENT: [&str; 22] = [
    "copy",
    "nocopy",
    "live",
    "noinline",
    "twoslash",
    "editable",
    "playground",
    "runnable",
    "should_panic",
    "no_run",
    "ignore",
    "compile_fail",
    "collapse",
    "expandable",
    "frame",
    "icon",
    "wrap",
    "anchorlinenos",
    "lineanchors",
    "style",
    "class",
    "nolinenumbers",
];

/// Reads what stands behind the backticks.
pub fn fence(info: &str) -> (Fence, Vec<Fault>) {
    let mut reader = Reader { info, at: 0, fence: Fence::default(), faults: Vec::new(), title_at: None, seen: Vec::new() };
    reader.language();
    while reader.attribute() {}
    let mut fence = reader.fence;
    fence.diff &= fence.language != "diff";
    if fence.language.is_empty() {
        let name = fence.file.as_ref().map(|(file, _)| file.split('#').next().unwrap_or(file)).or(fence.title.as_deref()).unwrap_or("");
        fence.language = language_of(name).to_owned();
    }
    (fence, reader.faults)
}

struct Reader<'i> {
    info: &'i str,
    at: usize,
    fence: Fence,
    faults: Vec<Fault>,
    title_at: Option<usize>,
    seen: Vec<&'static str>,
}

/// The value of an attribute, and its bytes.
struct Value<'i> {
    text: &'i str,
    range: Range<usize>,
}

impl<'i> Reader<'i> {
    fn rest(&self) -> &'i str {
        &self.info[self.at..]
    }

    fn fault(&mut self, range: Range<usize>, message: impl Into<String>, help: impl Into<Option<String>>) {
        self.faults.push(Fault { range, message: message.into(), help: help.into() });
    }

    fn language(&mut self) {
        self.at = self.info.len() - self.info.trim_start().len();
        let rest = self.rest();
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, ',' | '{' | ':' | '[' | '=' | '"')).unwrap_or(rest.len());
        if end == 0 || rest[end..].starts_with('=') {
            return;
        }
        self.fence.language = rest[..end].to_lowercase();
        self.at += end;
        // `rust,no_run`: what follows the comma is for another tool.
        if rest[end..].starts_with(',') {
            let rest = self.rest();
            self.at += rest.find(|c: char| c.is_whitespace() || c == '{').unwrap_or(rest.len());
        } else if rest[end..].starts_with(':') && !rest[end..].starts_with(":line-numbers") && !rest[end..].starts_with(":no-line-numbers") {
            self.at += rest[end..].find(char::is_whitespace).unwrap_or(rest.len() - end);
        }
    }

    /// Reads one attribute; false at the end.
    fn attribute(&mut self) -> bool {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',').len();
        let start = self.at;
        match self.rest().chars().next() {
            None => return false,
            Some('{') => self.braces(),
            Some('[') => {
                if let Some(value) = self.until(']') {
                    self.title(value);
                }
            }
            Some('"' | '\'') => {
                if let Some(value) = self.quoted() {
                    let help = "mark whole lines, as `{2}`".to_owned();
                    self.fault(value.range.start - 1..value.range.end + 1, "words in a line of code cannot be marked", help);
                }
            }
            Some(':') => {
                self.at += 1;
                self.word(start);
            }
            Some(_) => self.word(start),
        }
        // Whatever it was, something of it was read.
        if self.at == start {
            self.at += self.rest().chars().next().map_or(0, char::len_utf8);
        }
        true
    }

    /// `{3,5-7}`: lines; or `{.js title="x"}`: attributes in braces.
    fn braces(&mut self) {
        let inner = self.rest()[1..].trim_start();
        if !inner.starts_with(['.', '#']) && !inner.starts_with(|c: char| c.is_ascii_alphabetic()) {
            if let Some(value) = self.until('}') {
                let lines = self.lines(&value);
                self.fence.highlight.0.extend(lines);
            }
            return;
        }
        let open = self.at;
        self.at += 1;
        loop {
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',').len();
            let start = self.at;
            match self.rest().chars().next() {
                None => return self.fault(open..self.info.len(), "this brace is not closed", "write `}` at its end".to_owned()),
                Some('}') => {
                    self.at += 1;
                    return;
                }
                Some('.' | '#') => {
                    let rest = self.rest();
                    let end = rest.find(|c: char| c.is_whitespace() || c == '}').unwrap_or(rest.len());
                    if rest.starts_with('.') && self.fence.language.is_empty() {
                        self.fence.language = rest[1..end].to_lowercase();
                    }
                    self.at += end;
                }
                Some(_) => self.word_in_braces(start),
            }
            if self.at == start {
                self.at += self.rest().chars().next().map_or(0, char::len_utf8);
            }
        }
    }

    /// `{js}` names a language; any other bare word in braces is meant to say something.
    fn word_in_braces(&mut self, start: usize) {
        let rest = self.rest();
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | '{' | '}' | ',')).unwrap_or(rest.len());
        let word = &rest[..end];
        if rest[end..].starts_with(['=', '{']) || KNOWN.contains(&word) {
            return self.word(start);
        }
        self.at += end;
        if self.fence.language.is_empty() {
            self.fence.language = word.to_lowercase();
        } else {
            self.unknown(word, start..start + end, true);
        }
    }

    /// A word, and its value if it has one. `start` is where it begins, with its colon if it has one.
    fn word(&mut self, start: usize) {
        let rest = self.rest();
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | '{' | '[' | '}' | ',' | '"' | ']')).unwrap_or(rest.len());
        let name = &rest[..end];
        self.at += end;
        let value = match self.rest().chars().next() {
            Some('=') => {
                self.at += 1;
                let value = match self.rest().chars().next() {
                    Some('"' | '\'') => self.quoted(),
                    Some('{') => self.until('}'),
                    Some('[') => self.until(']'),
                    _ => Some(self.bare()),
                };
                let Some(value) = value else { return };
                Some(value)
            }
            Some('{') if name.eq_ignore_ascii_case("showLineNumbers") || matches!(name, "ins" | "del" | "mark" | "focus") => {
                let Some(value) = self.until('}') else { return };
                Some(value)
            }
            _ => None,
        };
        self.give(name, start..self.at, value);
    }

    fn give(&mut self, name: &str, range: Range<usize>, value: Option<Value<'i>>) {
        let lower = name.to_ascii_lowercase();
        let known = match lower.as_str() {
            "title" | "filename" => "title",
            "file" => "file",
            "highlight" | "mark" | "hl_lines" => "highlight",
            "ins" => "ins",
            "del" => "del",
            "focus" => "focus",
            "numbers" | "linenums" | "showlinenumbers" | "line-numbers" | "lines" | "linenos" | "linenumbers" => "numbers",
            "linenostart" | "startlinenumber" => "start",
            "vars" => "vars",
            "test" => "test",
            "literal" => "literal",
            "lang" => "lang",
            "" | "no-line-numbers" => return,
            word if SILENT.contains(&word) => return,
            word => return self.unknown(word, range, value.is_some()),
        };
        if self.seen.contains(&known) && !matches!(known, "title" | "highlight") {
            return self.fault(range, format!("`{name}` is given twice"), "keep one of them".to_owned());
        }
        self.seen.push(known);
        match (known, value) {
            ("vars", _) => self.fence.vars = true,
            ("test", _) => self.fence.test = true,
            ("literal", _) => self.fence.literal = true,
            ("numbers" | "start", value) => self.numbers(value, &lower),
            ("title" | "file" | "lang" | "highlight" | "ins" | "del" | "focus", None) => {
                let example = match known {
                    "title" => "title=\"pay.js\"",
                    "file" => "file=\"snippets/pay.js\"",
                    "lang" => "lang=\"js\"",
                    _ => "{2,4-6}",
                };
                let example = if example.starts_with('{') { format!("{name}={example}") } else { example.to_owned() };
                self.fault(range, format!("`{name}` has no value"), format!("write `{example}`"));
            }
            ("title", Some(value)) => self.title(value),
            ("file", Some(value)) => self.fence.file = Some((value.text.to_owned(), value.range)),
            ("lang", Some(value)) => {
                self.fence.diff = self.fence.language == "diff";
                self.fence.language = value.text.to_lowercase();
            }
            (_, Some(value)) => {
                let lines = self.lines(&value);
                let set = match known {
                    "ins" => &mut self.fence.ins,
                    "del" => &mut self.fence.del,
                    "focus" => &mut self.fence.focus,
                    _ => &mut self.fence.highlight,
                };
                set.0.extend(lines);
            }
            (_, None) => {}
        }
    }

    fn unknown(&mut self, word: &str, range: Range<usize>, valued: bool) {
        let near = nearest(word, KNOWN.iter().copied());
        if valued || near.is_some() {
            let help =
                near.map_or_else(|| format!("a fence takes {}", KNOWN.map(|name| format!("`{name}`")).join(", ")), |near| format!("write `{near}`"));
            self.fault(range, format!("a fence has no attribute `{word}`"), help);
        }
    }

    fn title(&mut self, value: Value<'i>) {
        if self.title_at.is_some() {
            return self.fault(value.range, "the block has a title already", "keep one of them".to_owned());
        }
        self.title_at = Some(value.range.start);
        self.fence.title = Some(value.text.trim().to_owned()).filter(|title| !title.is_empty());
    }

    fn numbers(&mut self, value: Option<Value<'i>>, name: &str) {
        let Some(value) = value else {
            self.fence.numbers.get_or_insert(1);
            return;
        };
        match value.text.trim() {
            "true" | "table" | "inline" => drop(self.fence.numbers.get_or_insert(1)),
            "false" => self.fence.numbers = None,
            text => match text.parse() {
                Ok(number) => self.fence.numbers = Some(number),
                Err(_) => self.fault(value.range, format!("`{text}` is no number of a line"), format!("write `{name}=5`, or `{name}` alone")),
            },
        }
    }

    /// `1,4-6`, `1 4-6` or `3,"5-7"`, as ranges.
    fn lines(&mut self, value: &Value<'i>) -> Vec<(u32, u32)> {
        let mut lines = Vec::new();
        for part in value.text.split([',', ' ', '\t', '[', ']', '"', '\'']).filter(|part| !part.is_empty()) {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            match (first.parse::<u32>(), last.parse::<u32>()) {
                (Ok(first), Ok(last)) if 1 <= first && first <= last => lines.push((first, last)),
                _ => {
                    let start = value.range.start + (part.as_ptr() as usize - value.text.as_ptr() as usize);
                    let help = "write lines as `2`, `4-6`, or several with commas between; the first is 1".to_owned();
                    self.fault(start..start + part.len(), format!("`{part}` is no line of the block"), help);
                    // One word about it is enough.
                    return lines;
                }
            }
        }
        lines
    }

    fn quoted(&mut self) -> Option<Value<'i>> {
        let quote = self.rest().chars().next()?;
        self.until(quote)
    }

    /// What stands up to `close`, behind the one character that opens it.
    fn until(&mut self, close: char) -> Option<Value<'i>> {
        let start = self.at;
        let inner = start + 1;
        match self.info[inner..].find(close) {
            Some(length) => {
                self.at = inner + length + 1;
                Some(Value { text: &self.info[inner..inner + length], range: inner..inner + length })
            }
            None => {
                self.at = self.info.len();
                self.fault(start..self.info.len(), format!("`{}` is not closed", &self.info[start..inner]), format!("write `{close}` at its end"));
                None
            }
        }
    }

    fn bare(&mut self) -> Value<'i> {
        let rest = self.rest();
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '}' | ',')).unwrap_or(rest.len());
        let start = self.at;
        self.at += end;
        Value { text: &rest[..end], range: start..start + end }
    }
}

/// The language of a file, by its ending.
fn language_of(name: &str) -> &'static str {
    let file = name.rsplit('/').next().unwrap_or(name);
    match file {
        "Dockerfile" => return "dockerfile",
        "Makefile" => return "makefile",
        _ => {}
    }
    match file.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "js" | "mjs" | "cjs" => "js",
        "ts" | "mts" => "ts",
        "jsx" => "jsx",
        "tsx" => "tsx",
        "py" => "python",
        "rb" => "ruby",
        "rs" => "rust",
        "go" => "go",
        "java" => "java",
        "kt" | "kts" => "kotlin",
        "swift" => "swift",
        "cs" => "csharp",
        "c" | "h" => "c",
        "cc" | "cpp" | "hpp" => "cpp",
        "php" => "php",
        "sh" | "bash" => "bash",
        "ps1" => "powershell",
        "sql" => "sql",
        "json" => "json",
        "yml" | "yaml" => "yaml",
        "toml" => "toml",
        "xml" => "xml",
        "html" => "html",
        "css" => "css",
        "proto" => "protobuf",
        "graphql" => "graphql",
        "tf" => "terraform",
        "md" => "markdown",
        "diff" | "patch" => "diff",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(info: &str, expected: &str) {
        let (fence, faults) = fence(info);
        let mut shown = fence.language.clone();
        let mut say = |what: String| {
            shown.push(' ');
            shown += &what;
        };
        fence.title.iter().for_each(|title| say(format!("title={title}")));
        for (name, lines) in [("hl", &fence.highlight), ("ins", &fence.ins), ("del", &fence.del), ("focus", &fence.focus)] {
            if !lines.0.is_empty() {
                say(format!("{name}={:?}", lines.0));
            }
        }
        fence.numbers.iter().for_each(|number| say(format!("numbers={number}")));
        fence.file.iter().for_each(|(file, _)| say(format!("file={file}")));
        for (name, is) in [("vars", fence.vars), ("test", fence.test), ("diff", fence.diff), ("literal", fence.literal)] {
            if is {
                say(name.to_owned());
            }
        }
        faults.iter().for_each(|fault| say(format!("! {:?} {}", &info[fault.range.clone()], fault.message)));
        assert_eq!(shown, expected, "{info}");
    }

    #[test]
    fn every_spelling_is_read() {
        check("js title=\"pay.js\" {3,5-7} ins={2} del={4} numbers", "js title=pay.js hl=[(3, 3), (5, 7)] ins=[(2, 2)] del=[(4, 4)] numbers=1");
        check("js {1,3-4} [pay.js]", "js title=pay.js hl=[(1, 1), (3, 4)]");
        check("ts:line-numbers=2 {1} [x.ts]", "ts title=x.ts hl=[(1, 1)] numbers=2");
        check("ts:line-numbers", "ts numbers=1");
        check("ts:no-line-numbers", "ts");
        check("py hl_lines=\"1 4-6\" linenums=\"5\" title='b s.py'", "py title=b s.py hl=[(1, 1), (4, 6)] numbers=5");
        check("go {hl_lines=[3,\"5-7\"] linenos=table linenostart=5}", "go hl=[(3, 3), (5, 7)] numbers=5");
        check("js showLineNumbers=5 filename=a.js", "js title=a.js numbers=5");
        check("js showLineNumbers{5}", "js numbers=5");
        check("js lines highlight={1} focus={2}", "js hl=[(1, 1)] focus=[(2, 2)] numbers=1");
        check("{ .py .annotate title=\"x\" #id }", "py title=x");
        check("diff lang=\"js\"", "js diff");
        check("diff", "diff");
        check("rust,no_run", "rust");
        check("file=\"snippets/pay.py#charge\"", "python file=snippets/pay.py#charge");
        check("py file=\"a.py#L1-L2\" vars test", "py file=a.py#L1-L2 vars test");
        check("JSON5 literal", "json5 literal");
        check("", "");
        for info in ["yaml container-linux-config:norender", "shell script", "json ignition-config", "js twoslash", "js copy"] {
            let language = info.split(' ').next().unwrap_or("");
            check(info, language);
        }
    }

    #[test]
    fn what_is_wrong_is_told_at_its_bytes() {
        check("js titel=\"x\"", "js ! \"titel=\\\"x\\\"\" a fence has no attribute `titel`");
        check("js number", "js ! \"number\" a fence has no attribute `number`");
        check("js {a-b}", "js ! \"a-b\" a fence has no attribute `a-b`");
        check("{js}", "js");
        check("js {5-3}", "js ! \"5-3\" `5-3` is no line of the block");
        check("js {0}", "js ! \"0\" `0` is no line of the block");
        check("js title=\"x", "js ! \"\\\"x\" `\"` is not closed");
        check("js {1", "js ! \"{1\" `{` is not closed");
        check("js title", "js ! \"title\" `title` has no value");
        check("js numbers=x", "js ! \"x\" `x` is no number of a line");
        check("js [a] title=b", "js title=a ! \"b\" the block has a title already");
        check("js ins={1} ins={2}", "js ins=[(1, 1)] ! \"ins={2}\" `ins` is given twice");
        check("js \"word\"", "js ! \"\\\"word\\\"\" words in a line of code cannot be marked");
    }

    #[test]
    fn broken_lines_cost_little() {
        for piece in ["{", "}", "\"", "[", "a=", "1-9,", "é{", "{.", "=", ":", "ins={", "title=\"\" "] {
            let info = format!("js {}", piece.repeat(50_000));
            let (_, faults) = fence(&info);
            assert!(faults.iter().all(|fault| info.get(fault.range.clone()).is_some()), "{piece}");
        }
    }
}
