//! Tests of formulas: what they become, and that nothing else comes out.

use std::collections::BTreeMap;
use std::time::Instant;

use html5ever::tendril::TendrilSink;
use markup5ever_rcdom::{Handle, NodeData, RcDom};

use super::*;

/// Whether an attribute may hold a value.
type Rule = fn(&str) -> bool;

/// The elements of MathML Core that a formula may have, with the attributes of each and what those may hold. Not the list of the
/// writer: what is not here was not meant.
const ALLOWED: &[(&str, &[(&str, Rule)])] = &[
    ("math", &[("display", |value| value == "block")]),
    ("mrow", &[("class", class)]),
    ("mi", &[("mathvariant", |value| value == "normal")]),
    ("mn", &[]),
    (
        "mo",
        &[
            ("form", |value| matches!(value, "prefix" | "postfix")),
            ("stretchy", boolean),
            ("symmetric", boolean),
            ("largeop", boolean),
            ("movablelimits", boolean),
            ("minsize", size),
            ("maxsize", size),
            ("lspace", size),
            ("rspace", size),
        ],
    ),
    ("mtext", &[]),
    ("mspace", &[("width", size), ("height", size), ("depth", size), ("class", class)]),
    ("mfrac", &[("linethickness", size)]),
    ("msqrt", &[]),
    ("mroot", &[]),
    ("msub", &[]),
    ("msup", &[]),
    ("msubsup", &[]),
    ("munder", &[("accentunder", boolean)]),
    ("mover", &[("accent", boolean)]),
    ("munderover", &[]),
    ("mstyle", &[("displaystyle", boolean), ("scriptlevel", digit), ("mathcolor", color), ("mathbackground", color), ("class", class)]),
    ("mtable", &[("class", class), ("displaystyle", boolean), ("scriptlevel", digit)]),
    ("mtr", &[("class", class)]),
    ("mtd", &[("class", class)]),
];

fn boolean(value: &str) -> bool {
    matches!(value, "true" | "false")
}

fn digit(value: &str) -> bool {
    matches!(value, "0" | "1" | "2")
}

fn size(value: &str) -> bool {
    value == "0" || value.strip_suffix("em").is_some_and(|number| number.parse::<f32>().is_ok_and(|number| (0.0..=20.0).contains(&number)))
}

fn color(value: &str) -> bool {
    value.strip_prefix('#').is_some_and(|digits| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn class(value: &str) -> bool {
    value.split(' ').all(|name| {
        matches!(
            name,
            "math-align"
                | "math-array"
                | "math-back-3"
                | "math-back-4"
                | "math-back-5"
                | "math-back-9"
                | "math-bar-after"
                | "math-bar-before"
                | "math-cancel"
                | "math-cases"
                | "math-dashed"
                | "math-frame"
                | "math-gather"
                | "math-left"
                | "math-line"
                | "math-multline"
                | "math-right"
        )
    })
}

/// How many children an element must have.
fn children(tag: &str) -> Option<usize> {
    Some(match tag {
        "mfrac" | "mroot" | "msub" | "msup" | "munder" | "mover" => 2,
        "msubsup" | "munderover" => 3,
        _ => return None,
    })
}

/// Reads markup as a browser does, and tells what is not allowed in it; what is deep, too.
fn unmeant(html: &str) -> Vec<String> {
    let page = format!("<!doctype html><body><main>{html}</main><p>end</p>");
    let dom = html5ever::parse_document(RcDom::default(), html5ever::ParseOpts::default()).one(page);
    let mut found = Vec::new();
    let mut open: Vec<(Handle, usize)> = vec![(dom.document.clone(), 0)];
    let (mut inside, mut ends) = (0, 0);
    while let Some((handle, depth)) = open.pop() {
        open.extend(handle.children.borrow().iter().map(|child| (child.clone(), depth + 1)));
        if depth > 450 {
            found.push("deeper than browsers go".to_owned());
        }
        match &handle.data {
            NodeData::Comment { contents } => found.push(format!("a comment: {contents}")),
            NodeData::Element { name, attrs, .. } => {
                let tag = &*name.local;
                if matches!(tag, "html" | "head" | "body" | "main") {
                    continue;
                }
                if tag == "p" {
                    ends += 1;
                    continue;
                }
                inside += 1;
                let Some((_, known)) = ALLOWED.iter().find(|(known, _)| *known == tag) else {
                    found.push(format!("<{tag}>"));
                    continue;
                };
                if &*name.ns != "http://www.w3.org/1998/Math/MathML" {
                    found.push(format!("<{tag}> is not of MathML"));
                }
                for attribute in attrs.borrow().iter() {
                    let known = known.iter().find(|(known, _)| *known == &*attribute.name.local);
                    if !known.is_some_and(|(_, allowed)| allowed(&attribute.value)) {
                        found.push(format!("{}={:?} of <{tag}>", attribute.name.local, attribute.value));
                    }
                }
                let count = handle.children.borrow().len();
                if children(tag).is_some_and(|wanted| wanted != count) {
                    found.push(format!("<{tag}> with {count} children"));
                }
            }
            _ => {}
        }
    }
    if inside == 0 || ends != 1 {
        found.push("the formula does not keep to its place".to_owned());
    }
    found
}

/// What a formula becomes, without the `<math>` around it.
fn check(latex: &str, expected: &str) {
    let html = math(latex, false).unwrap_or_else(|fault| panic!("{latex}: {fault:?}"));
    assert_eq!(unmeant(&html), Vec::<String>::new(), "{latex}");
    let inner = html.strip_prefix("<math>").and_then(|rest| rest.strip_suffix("</math>")).expect("one element");
    // Braces of the tests' own, which are shorter to read than tags.
    assert_eq!(inner, spelled(expected), "{latex}");
}

/// `mi(x)` as `<mi>x</mi>`, `mo[form=prefix](−)` as `<mo form="prefix">−</mo>`; `\(` is a bracket.
fn spelled(short: &str) -> String {
    let mut out = String::new();
    let (mut name, mut open) = (String::new(), Vec::new());
    let mut chars = short.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => name.extend(chars.next()),
            '(' | '[' => {
                let at = name.rfind(|c: char| !c.is_ascii_lowercase()).map_or(0, |at| at + name[at..].chars().next().map_or(1, char::len_utf8));
                let tag = name.split_off(at);
                out.push_str(&std::mem::take(&mut name));
                out.push_str(&format!("<{tag}"));
                if c == '[' {
                    // A space in a value stays.
                    let list: String = chars.by_ref().take_while(|c| *c != ']').collect();
                    for one in list.split(',') {
                        let (key, value) = one.split_once('=').expect("key=value");
                        out.push_str(&format!(" {key}=\"{value}\""));
                    }
                    assert_eq!(chars.next(), Some('('), "{short}");
                }
                out.push('>');
                open.push(tag);
            }
            ')' => {
                out.push_str(&std::mem::take(&mut name));
                out.push_str(&format!("</{}>", open.pop().expect("a tag is open")));
            }
            ' ' => {}
            c => name.push(c),
        }
    }
    out + &name
}

fn refused(latex: &str, message: &str, place: &str) {
    let fault = math(latex, false).expect_err(latex);
    let told = fault.range.map_or("", |range| latex.get(range).expect("whole characters"));
    assert_eq!((fault.message.as_str(), told), (message, place), "{latex}");
}

#[test]
fn letters_numbers_and_operators() {
    check("", "");
    check("a+b", "mi(a) mo(+) mi(b)");
    check("-x", "mo[form=prefix](−) mi(x)");
    check("a=-1.5", "mi(a) mo(=) mo[form=prefix](−) mn(1.5)");
    check(r"a \le b < c", "mi(a) mo(≤) mi(b) mo(&lt;) mi(c)");
    check(r"f(x, y)", r"mi(f) mo[form=prefix,stretchy=false](\() mi(x) mo(,) mi(y) mo[form=postfix,stretchy=false](\))");
    check(r"\alpha\Omega\infty", "mi(α) mi[mathvariant=normal](Ω) mi(∞)");
    check(r"a \not= b", "mi(a) mo(=\u{338}) mi(b)");
    check(r"a \rightarrow b", "mi(a) mo(→) mi(b)");
}

#[test]
fn fractions_and_roots() {
    check(r"\frac{1}{2}", "mfrac(mrow(mn(1)) mrow(mn(2)))");
    check(r"\frac12", "mfrac(mn(1) mn(2))");
    check(r"\sqrt x", "msqrt(mi(x))");
    check(r"\sqrt[3]{x}", "mroot(mrow(mi(x)) mn(3))");
    check(r"\binom nk", r"mrow(mo[form=prefix,stretchy=true](\() mfrac[linethickness=0](mi(n) mi(k)) mo[form=postfix,stretchy=true](\)))");
    check(r"\dfrac ab", "mrow(mstyle[displaystyle=true,scriptlevel=0](mfrac(mi(a) mi(b))))");
}

#[test]
fn scripts_limits_and_primes() {
    check("x^2_i", "msubsup(mi(x) mi(i) mn(2))");
    check("x_{ij}", "msub(mi(x) mrow(mi(i) mi(j)))");
    check("A^*", "msup(mi(A) mo[form=prefix](∗))");
    check(r"\sum_{i=1}^n i", "munderover(mo[movablelimits=true](∑) mrow(mi(i) mo(=) mn(1)) mi(n)) mi(i)");
    check(r"\int_0^1 x", "msubsup(mo(∫) mn(0) mn(1)) mi(x)");
    check(r"\int\limits_0 x", "munder(mo[movablelimits=false](∫) mn(0)) mi(x)");
    check("f'(x)", r"msup(mi(f) mo(′)) mo[form=prefix,stretchy=false](\() mi(x) mo[form=postfix,stretchy=false](\))");
    check("f''_n", "msub(msup(mi(f) mo(″)) mi(n))");
    check(r"\overset{!}{=}", "mover(mrow(mo(=)) mrow(mi(!)))");
    check(r"\xrightarrow[a]{b}", "munderover(mo(→) mrow(mi(a)) mrow(mi(b)))");
}

#[test]
fn accents_and_braces() {
    check(r"\hat x", "mover[accent=true](mi(x) mo[stretchy=false](^))");
    check(r"\vec{v}", "mover[accent=true](mrow(mi(v)) mo[stretchy=false](→))");
    check(r"\overline{AB}", "mover[accent=true](mrow(mi(A) mi(B)) mo[stretchy=true](‾))");
    check(r"\underbrace{a}_n", "munder(munder[accentunder=true](mrow(mi(a)) mo[stretchy=true](⏟)) mi(n))");
}

#[test]
fn functions_and_words() {
    check(r"\sin x", "mi(sin) mo(\u{2061}) mspace[width=0.1667em]() mi(x)");
    check(
        r"2\log(x)",
        "mn(2) mspace[width=0.1667em]() mi(log) mo(\u{2061}) mo[form=prefix,stretchy=false](\\() mi(x) mo[form=postfix,stretchy=false](\\))",
    );
    check(
        r"\lim_{x\to 0} x",
        "munder(mo[form=prefix,lspace=0,rspace=0,movablelimits=true](lim) mrow(mi(x) mo(→) mn(0))) mo(\u{2061}) mspace[width=0.1667em]() mi(x)",
    );
    check(r"\operatorname{rank} A", "mi(rank) mo(\u{2061}) mspace[width=0.1667em]() mi(A)");
    check(r"\operatorname*{argmax}_x", "munder(mo[form=prefix,lspace=0,rspace=0,movablelimits=true](argmax) mi(x))");
    check(r"x\text{ if 5\% <y}", "mi(x) mtext(\u{a0}if\\ 5%\\ &lt;y)");
    check(r"\mathrm{kg}", "mrow(mi(kg))");
    check(r"\mathbb{R}\mathbf{x}\mathcal L", "mrow(mi(ℝ)) mrow(mi(𝐱)) mrow(mi(ℒ))");
    check(r"\boldsymbol\alpha", "mrow(mi(𝜶))");
    check(r"a\ b~c", "mi(a) mtext(\u{a0}) mi(b) mtext(\u{a0}) mi(c)");
}

#[test]
fn brackets_grow() {
    check(r"\left( a \right]", r"mrow(mo[form=prefix,stretchy=true](\() mi(a) mo[form=postfix,stretchy=true](\]))");
    check(r"\left. a \middle| b \right\}", "mrow(mi(a) mo[stretchy=true](|) mi(b) mo[form=postfix,stretchy=true](}))");
    check(r"\bigl( a", r"mo[form=prefix,stretchy=true,symmetric=true,minsize=1.2em,maxsize=1.2em](\() mi(a)");
    check(r"\left( a \leftrightarrow b \right)", r"mrow(mo[form=prefix,stretchy=true](\() mi(a) mo(↔) mi(b) mo[form=postfix,stretchy=true](\)))");
}

#[test]
fn tables() {
    check(
        r"\begin{pmatrix} a & b \\ c & d \\ \end{pmatrix}",
        r"mrow(mo[form=prefix,stretchy=true](\() mtable[class=math-array](mtr(mtd(mi(a)) mtd(mi(b))) mtr(mtd(mi(c)) mtd(mi(d)))) mo[form=postfix,stretchy=true](\)))",
    );
    check(
        r"\begin{aligned} a &= b \\[1em] c &= -d \end{aligned}",
        "mtable[class=math-align,displaystyle=true](mtr(mtd(mi(a)) mtd(mo(=) mi(b) mspace[width=0,depth=1.3em]())) mtr(mtd(mi(c)) mtd(mo(=) mo[form=prefix](−) mi(d))))",
    );
    check(
        r"\begin{cases} 1 & x>0 \\ 0 \end{cases}",
        "mrow(mo[form=prefix,stretchy=true]({) mtable[class=math-cases](mtr(mtd(mn(1)) mtd(mi(x) mo(&gt;) mn(0))) mtr(mtd(mn(0)))))",
    );
    check(
        r"\begin{array}{|l|r|} \hline a & b \\ \hline \end{array}",
        "mtable[class=math-array](mtr[class=math-line](mtd[class=math-bar-before math-left](mi(a)) mtd[class=math-bar-before math-right math-bar-after](mi(b))) mtr[class=math-line](mtd[class=math-bar-before math-left]()))",
    );
    check(r"\sum_{\substack{a \\ b}}", "munder(mo[movablelimits=true](∑) mrow(mtable[class=math-array](mtr(mtd(mi(a))) mtr(mtd(mi(b))))))");
}

#[test]
fn colors_and_spaces_are_attributes() {
    check(r"\color{red} a \color{#00FF00} b", "mstyle[mathcolor=#ff0000](mi(a)) mstyle[mathcolor=#00ff00](mi(b))");
    check(r"a\quad b\!c", "mi(a) mspace[width=1em]() mi(b) mspace[class=math-back-3]() mi(c)");
    check(r"a\hspace{99999em}b", "mi(a) mspace[width=20em]() mi(b)");
    check(r"\displaystyle a", "mstyle[displaystyle=true,scriptlevel=0](mi(a))");
    assert_eq!(math("x", true).expect("a formula"), "<math display=\"block\"><mi>x</mi></math>");
}

#[test]
fn faults_say_what_and_where() {
    refused(r"a \href{javascript:f()}{b}", r"`\href` is no command that can be read in formulas", r"\href");
    refused(r"\alpha\foo", r"`\foo` is no command that can be read in formulas", r"\foo");
    refused(r"\frac{1}", "a command has no argument", "");
    refused("x^1^2", "something has two superscripts; write `{}` around the first of them", "");
    refused("a & b", "an `&` has no column here", "");
    refused(r"a \\ b", r"a `\\` ends no row here; write the rows in `\begin{aligned}`", "");
    refused(r"\color{nocolor} x", "a colour is not known; write `#rrggbb`", "");
    refused("{", "this `{` is not closed", "{");
}

#[test]
fn hostile_formulas_come_to_nothing() {
    for latex in [
        r"\href{javascript:alert(1)}{x}",
        r"\href{https://evil.example}{x}",
        r"\url{https://evil.example}",
        r"\html{<script>alert(1)</script>}",
        r"\htmlClass{x}{y}",
        r"\htmlId{r:main}{y}",
        r"\htmlStyle{position:fixed}{y}",
        r#"\htmlData{x="y" onclick="alert(1)"}{z}"#,
        r"\class{x}{y}",
        r"\style{color:red}{y}",
        r"\cssId{x}{y}",
        r"\require{html}",
        r"\includegraphics{https://evil.example/x.png}",
        r"\unicode{60}script\unicode{62}",
        r"\char60 script \char62",
        r"\char`<",
        r"\text{</mtext></math><script>alert(1)</script>}",
        r"\text{<img src=x onerror=alert(1)>}",
        r"\text{&lt;script&gt;}",
        r"\text{]]><!--}",
        r"\mathrm{<script>}",
        r"\operatorname{</mi><script>alert(1)</script>}",
        r"\operatorname<script>alert(1)</script>",
        r"\mathop{<img/src=x/onerror=alert(1)>}",
        "</math><script>alert(1)</script>",
        "<annotation-xml encoding=\"text/html\"><img src=x onerror=alert(1)></annotation-xml>",
        "<maction actiontype=\"statusline#javascript:alert(1)\" xlink:href=\"javascript:alert(1)\">x</maction>",
        r#"\color{red" onclick=alert(1) x="}{x}"#,
        r"\color{#ff0000;background:url(//evil.example)}x",
        r"\color{url(javascript:alert(1))}x",
        r"\color{#aéaéx}x",
        r#"\textcolor{"><script>}{x}"#,
        r#"\colorbox{red}{</mtext><svg onload=alert(1)>}"#,
        r"\fcolorbox{red}{blue}{<style>*{display:none}</style>}",
        r#"\hspace{1em" onclick="alert(1)}"#,
        r"\kern 1em\u{2003}x",
        "\\kern 1em\u{2003}x",
        r#"\left<script\right>"#,
        r#"\begin{array}{c"onclick=alert(1)}a\end{array}"#,
        r#"\begin{matrix" onclick="x}a\end{matrix" onclick="x}"#,
        r"\begin{alignat}{65535}a\end{alignat}",
        r"\begin{alignat}{é}a\end{alignat}",
        r"\begin{array}{||||}a\end{array}",
        r"\begin{array}{|c||c|}a&b&c&d\\&&\end{array}",
        r"\begin{array}{c:}\hline\hdashline\hline a\\[9999em]\hline\end{array}",
        r"\begin{matrix}a\end{pmatrix}",
        r"\begin{matrix}\begin{matrix}a\end{matrix}",
        r"\left(\left(a\right)",
        r"\right)\left(",
        r"\def\a{\a\a}\a",
        r"\newcommand{\a}[1]{#1#1}\a{\a{\a{x}}}",
        r"\let\frac\href\frac{a}{b}",
        r"\futurelet\a\b\c",
        r"\catcode`\<=13",
        r"\csname def\endcsname",
        r"\input{/etc/passwd}",
        r"\write18{rm -rf /}",
        "\u{0}\u{1}\u{7f}\u{fffe}\u{202e}x",
        "x^",
        "_",
        "^",
        "'",
        "^'",
        "''''''''",
        "x_'^'",
        "\\",
        "\\\u{e9}",
        "%",
        r"\text{%}",
        r"\sqrt[",
        r"\sqrt[}]",
        r"\sqrt[{]}]{x}",
        r"\genfrac()\\",
        r"\not\not\not",
        r"\cancel{\cancel{x}}",
        r"\frac\frac\frac",
        r"\Space{-1em}{1em}{9pt}",
        r"\middle|",
        r"\limits\nolimits",
        r"\hline",
        r"\kern-.em",
        r"\mskip 1e99mu",
        r"\bf\it\cal\displaystyle\scriptstyle",
        r"x^\bf y_\color{red}",
        r"\mathbf\mathit\mathrm{x}",
        "&&&&",
        r"\\\\\\",
        "#1",
        "$x$",
    ] {
        for display in [false, true] {
            if let Ok(html) = math(latex, display) {
                assert_eq!(unmeant(&html), Vec::<String>::new(), "{latex}\n{html}");
                assert!(!html.contains("style=\"") || html.contains("displaystyle=\""), "{html}");
            }
        }
    }
}

/// Repeats of anything, alone and closed again, are read or refused: in time, and with a stack as small as threads have.
#[test]
fn repeats_cost_little() {
    let pieces: BTreeMap<&str, &str> = [
        ("{", "}"),
        (r"\frac", ""),
        (r"\frac a", ""),
        (r"\frac{", "}{}"),
        (r"\frac{a}", ""),
        (r"\frac\kern1em", ""),
        (r"\sqrt", ""),
        (r"\sqrt[", "]{}"),
        (r"\hat", ""),
        (r"\mathbf", ""),
        (r"\color{red}", ""),
        (r"\displaystyle", ""),
        (r"\left(", r"\right)"),
        (r"\begin{matrix}", r"\end{matrix}"),
        (r"\begin{pmatrix}a&", r"\end{pmatrix}"),
        (r"\substack{", "}"),
        (r"\relax", ""),
        (r"\not", ""),
        (r"\big(", ""),
        (r"\text{a}", ""),
        (r"\mathrm x", ""),
        (r"\operatorname*{a}", ""),
        (r"x^", ""),
        ("x_{", "}"),
        ("'", ""),
        ("a", ""),
        ("1", ""),
        ("&", ""),
        (r"\\", ""),
        (r"\\[", ""),
        (r"\,", ""),
        ("%\n", ""),
        (r"\def\a{\a}", ""),
        (r"\xrightarrow[", "]{}"),
        (r"\overset a", ""),
        (r"\underbrace{", "}"),
        (r"\textcolor{red}", ""),
        ("\u{2003}", ""),
        ("é", ""),
        ("\\", ""),
        ("<", ""),
    ]
    .into();
    let run = move || {
        for (open, close) in pieces {
            for count in [95, 400, 50_000] {
                for latex in [
                    format!("{}x{}", open.repeat(count), close.repeat(count)),
                    open.repeat(count),
                    format!("\\begin{{aligned}}{}\\end{{aligned}}", open.repeat(count)),
                ] {
                    let start = Instant::now();
                    let result = math(&latex, true);
                    let took = start.elapsed();
                    assert!(took.as_millis() < 500, "{open} {count}: {took:?}");
                    if let Ok(html) = result {
                        assert!(html.len() < 100 * latex.len() + 100, "{open} {count}: {} bytes of {}", html.len(), latex.len());
                        assert_eq!(unmeant(&html), Vec::<String>::new(), "{open} {count}");
                    }
                }
            }
        }
    };
    std::thread::Builder::new().stack_size(1 << 20).spawn(run).expect("a thread").join().expect("no panic");
}
