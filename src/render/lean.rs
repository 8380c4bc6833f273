//! Built-in styles and scripts without what readers would load for nothing: comments, and spaces that mean nothing.
//!
//! This is no minifier for any file: it knows how the files of `themes/default/` are written, and their tests run on what it makes of
//! them. A site's own files are served as they are.

/// A stylesheet, lean.
pub(super) fn style(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        if let Some(comment) = rest.strip_prefix("/*") {
            rest = comment.find("*/").map_or("", |end| &comment[end + 2..]);
            continue;
        }
        if letter.is_whitespace() {
            rest = rest.trim_start();
            // Before a colon a space can mean "somewhere below", and around an operator of `calc()` it must stand.
            let free = |letter: char| matches!(letter, '{' | '}' | ';' | ',' | '>') || letter.is_whitespace();
            let before = out.chars().next_back().is_none_or(|letter| free(letter) || letter == ':');
            if !before && !rest.starts_with("/*") && !rest.starts_with(free) && !rest.is_empty() {
                out.push(' ');
            }
            continue;
        }
        let end = quoted(rest).unwrap_or(letter.len_utf8());
        if letter == '}' && out.ends_with(';') {
            out.pop();
        }
        out.push_str(&rest[..end]);
        rest = &rest[end..];
    }
    out
}

/// A script, lean. Comments are lines of their own; a line that has no semicolon at its end goes on; regular expressions hold neither
/// quotes nor spaces; texts between backticks do not nest.
pub(super) fn script(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//")) {
        let mut rest = line;
        while let Some(letter) = rest.chars().next() {
            let end = quoted(rest).unwrap_or(letter.len_utf8());
            let (before, after) = (out.chars().next_back(), rest[end..].chars().next());
            let word = |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '$'));
            let signs = before == after && matches!(before, Some('+' | '-' | '/'));
            if letter != ' ' || word(before) && word(after) || signs {
                out.push_str(&rest[..end]);
            }
            rest = &rest[end..];
        }
        if !out.ends_with(['{', ';', ',', '(', '[', ':', '?']) {
            out.push('\n');
        }
    }
    out
}

/// The length of the text in quotes that `rest` begins with.
fn quoted(rest: &str) -> Option<usize> {
    let quote = rest.chars().next().filter(|letter| matches!(letter, '"' | '\'' | '`'))?;
    let mut escaped = false;
    let end = rest[1..].find(|letter| {
        let ends = letter == quote && !escaped;
        escaped = letter == '\\' && !escaped;
        ends
    });
    end.map(|end| end + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_keep_what_means_something() {
        let check = |text: &str, expected: &str| assert_eq!(style(text), expected);
        check(
            "/* a */\na > b,\nc :is(d, e) {\n  f: calc(1px + 2px) \"g  ; h\";\n  /* i */ j: k;\n}\n",
            "a>b,c :is(d,e){f:calc(1px + 2px) \"g  ; h\";j:k}",
        );
        check("@media (min-width: 1px) {\n  a b { c: d }\n}\n\n*, ::before { e: f }", "@media (min-width:1px){a b{c:d}}*,::before{e:f}");
        check("a /* b */ c { }", "a c{}");
        check(":root { --a: 'x /* y' }", ":root{--a:'x /* y'}");
    }

    #[test]
    fn scripts_keep_what_means_something() {
        let check = |text: &str, expected: &str| assert_eq!(script(text), expected);
        check("// a\n\n  if (b) {\n    // c\n    d(\"// e \\\" f\");\n  }\n", "if(b){d(\"// e \\\" f\");}\n");
        check("const a = b + +c - `d ${e} f` / g;", "const a=b+ +c-`d ${e} f`/g;");
        check("x = a\n  ? b\n  : c;\nreturn -1;", "x=a\n?b\n:c;return-1;");
        check("f(async ({ a }) => !(await b in c));", "f(async({a})=>!(await b in c));");
    }
}
