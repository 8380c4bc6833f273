//! The names of LaTeX that are known before a formula is parsed: what is refused, what takes arguments, what must be written in
//! another way.

/// Whether a command would define another.
pub(super) fn defines(word: &str) -> bool {
    matches!(
        word,
        "def"
            | "edef"
            | "gdef"
            | "xdef"
            | "let"
            | "futurelet"
            | "newcommand"
            | "renewcommand"
            | "providecommand"
            | "newenvironment"
            | "renewenvironment"
            | "DeclareMathOperator"
    )
}

/// Commands that the parser knows, but reads in a way that could surprise.
pub(super) const REFUSED: &[(&str, &str)] = &[
    ("char", "write the character itself"),
    ("buildrel", "write `\\overset`"),
    ("sideset", "write the scripts in groups of their own"),
    ("begingroup", "write `{`"),
    ("endgroup", "write `}`"),
];

/// Commands that say something to TeX alone.
pub(super) const WITHOUT_EFFECT: &[&str] = &["relax", "nonumber", "notag"];

/// Whether an environment can be read.
pub(super) fn is_environment(word: &str) -> bool {
    matches!(
        word,
        "array"
            | "darray"
            | "matrix"
            | "matrix*"
            | "smallmatrix"
            | "pmatrix"
            | "pmatrix*"
            | "bmatrix"
            | "bmatrix*"
            | "Bmatrix"
            | "Bmatrix*"
            | "vmatrix"
            | "vmatrix*"
            | "Vmatrix"
            | "Vmatrix*"
            | "cases"
            | "dcases"
            | "rcases"
            | "drcases"
            | "equation"
            | "equation*"
            | "align"
            | "align*"
            | "aligned"
            | "gather"
            | "gather*"
            | "gathered"
            | "alignat"
            | "alignat*"
            | "alignedat"
            | "subarray"
            | "multline"
            | "split"
    )
}

/// Commands whose names begin like `\left` or `\right`, which the parser would take them for; the character is the same to it.
pub(super) const SYMBOLS: &[(&str, &str)] = &[
    ("leftarrow", "←"),
    ("leftarrowtail", "↢"),
    ("leftharpoondown", "↽"),
    ("leftharpoonup", "↼"),
    ("leftleftarrows", "⇇"),
    ("leftmodels", "⊨"),
    ("leftrightarrow", "↔"),
    ("leftrightarrows", "⇆"),
    ("leftrightharpoons", "⇋"),
    ("leftrightsquigarrow", "↭"),
    ("leftthreetimes", "⋋"),
    ("rightarrow", "→"),
    ("rightarrowtail", "↣"),
    ("rightharpoondown", "⇁"),
    ("rightharpoonup", "⇀"),
    ("rightleftarrows", "⇄"),
    ("rightleftharpoons", "⇌"),
    ("rightrightarrows", "⇉"),
    ("rightsquigarrow", "⇝"),
    ("rightthreetimes", "⋌"),
];

/// Whether a command takes words, not formulas.
pub(super) fn takes_words(word: &str) -> bool {
    matches!(word, "text" | "textrm" | "textbf" | "textit" | "textsf" | "texttt" | "mbox" | "hbox" | "operatorname" | "mathop")
}

/// How many arguments a command takes, each a group, a character or a command.
pub(super) fn arguments(word: &str) -> usize {
    match word {
        "genfrac" => 6,
        "Space" => 3,
        "frac" | "dfrac" | "tfrac" | "cfrac" | "binom" | "dbinom" | "tbinom" | "overset" | "underset" | "stackrel" => 2,
        "sqrt" | "xleftarrow" | "xrightarrow" | "substack" | "not" | "cancel" | "pmod" | "hspace" | "middle" | "boldsymbol" => 1,
        "big" | "bigl" | "bigr" | "bigm" | "Big" | "Bigl" | "Bigr" | "Bigm" => 1,
        "bigg" | "biggl" | "biggr" | "biggm" | "Bigg" | "Biggl" | "Biggr" | "Biggm" => 1,
        "acute" | "bar" | "breve" | "check" | "dot" | "ddot" | "grave" | "hat" | "tilde" | "vec" | "mathring" => 1,
        "mathellipsis" | "mathsterling" | "mathstrut" => 0,
        // Alphabets, classes of atoms, and what is put over or under something.
        _ if ["math", "sym", "wide"].iter().any(|family| word.starts_with(family)) => 1,
        _ if word.starts_with("over") || word.starts_with("under") || word.starts_with("Over") => 1,
        _ => 0,
    }
}
