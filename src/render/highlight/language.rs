//! The names of languages: which grammar a name on a fence means.
//!
//! - In: a name, as GitHub, Prism and Shiki know it.
//! - Out: a [`Reading`]: the grammar, and whether it is a session with prompts.

use serde::{Deserialize, Serialize};

use super::grammar::Grammars;

/// How a block is read: by which grammar, and where prompts stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) enum Reading {
    /// All is code.
    Code(usize),
    /// All is code, but lines may begin with `$ `.
    Shell(usize),
    /// The same, where the first line does: then lines without a prompt are what commands put out.
    Recorded(usize),
    /// Lines with a prompt are commands, others what they put out.
    Session(usize),
}

impl Reading {
    pub(super) fn grammar(self) -> usize {
        match self {
            Self::Code(grammar) | Self::Shell(grammar) | Self::Recorded(grammar) | Self::Session(grammar) => grammar,
        }
    }

    /// The same for this code.
    pub(super) fn of(self, code: &str) -> Self {
        match self {
            Self::Shell(grammar) if code.trim_start().starts_with("$ ") => Self::Recorded(grammar),
            reading => reading,
        }
    }

    /// Whether `line`, which has no prompt, is what a command put out. Notes between commands are written as comments.
    pub(super) fn is_output(self, line: &str) -> bool {
        match self {
            Self::Code(_) | Self::Shell(_) => false,
            Self::Recorded(_) => !line.trim_start().starts_with('#'),
            Self::Session(_) => true,
        }
    }

    /// How many bytes of `line` are a prompt.
    pub(super) fn prompt(self, line: &str) -> usize {
        let signs: &[char] = match self {
            Self::Code(_) => &[],
            Self::Shell(_) | Self::Recorded(_) => &['$'],
            Self::Session(_) => &['$', '#', '%', '>'],
        };
        let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
        match line[indent..].strip_prefix(signs) {
            // Indented, only the commonest sign is one.
            Some(_) if indent > 0 && !line[indent..].starts_with('$') => 0,
            Some(rest) if rest.starts_with(' ') => indent + 2,
            Some(rest) if matches!(self, Self::Session(_)) && rest.trim().is_empty() => indent + 1,
            _ => 0,
        }
    }
}

/// How a block of the language `name` is read; none if it stays plain.
pub(super) fn reading<'a>(name: &str, grammars: impl FnOnce() -> &'a Grammars) -> Option<Reading> {
    let name = name.to_ascii_lowercase();
    if is_plain(&name) || name.len() > 40 {
        return None;
    }
    let meant = ALIASES.iter().find(|(_, names)| names.contains(&name.as_str())).map_or(name.as_str(), |(meant, _)| *meant);
    let grammar = grammars().find(if meant == SESSION { "bash" } else { meant })?;
    Some(match meant {
        SESSION => Reading::Session(grammar),
        "bash" => Reading::Shell(grammar),
        _ => Reading::Code(grammar),
    })
}

/// Whether code of this language is never coloured: it is no code, or no grammar for it is at hand.
pub(super) fn is_plain(name: &str) -> bool {
    name.is_empty() || PLAIN.iter().any(|plain| plain.eq_ignore_ascii_case(name))
}

/// The names that are known here, beside those of grammars.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    let aliases = ALIASES.iter().flat_map(|(meant, names)| std::iter::once(meant).chain(*names));
    aliases.chain(PLAIN).copied().filter(|name| !name.is_empty())
}

const SESSION: &str = "console";

/// What is no code, and languages that nobody wrote a grammar for.
const PLAIN: &[&str] = &[
    "text",
    "txt",
    "plain",
    "plaintext",
    "none",
    "nocode",
    "output",
    "ascii",
    "mermaid",
    "math",
    "promql",
    "logql",
    "bnf",
    "ebnf",
    "abnf",
    "prisma",
    "gherkin",
    "cypher",
    "bicep",
    "thrift",
    "cobol",
    "vb",
    "vbnet",
    "kusto",
    "po",
    "kdl",
    "cue",
    "smithy",
];

/// Other names of languages, by the one under which their grammar is found. The grammar found by a bare ending is not always the one
/// that is meant: `h` is also of Objective-C, `fs` of GLSL.
const ALIASES: &[(&str, &[&str])] = &[
    (SESSION, &["console", "shell-session", "sh-session", "shellsession", "shell_session", "terminal", "bash-session"]),
    ("bash", &["bash", "sh", "shell", "zsh", "ksh", "shellscript", "shell-script", "bourne"]),
    ("ps1", &["powershell", "pwsh", "posh", "ps"]),
    ("bat", &["batch", "batchfile", "dosbatch", "winbatch"]),
    ("javascript", &["js", "node", "nodejs", "ecmascript", "json-with-functions", "rescript", "astro"]),
    ("ts", &["typescript", "deno"]),
    ("json", &["jsonc", "json5", "jsonl", "ndjson", "geojson", "hjson", "webmanifest", "jsonld", "json-ld", "avsc", "har"]),
    ("yaml", &["yml", "helm", "openapi", "swagger", "ansible", "docker-compose", "cloudformation"]),
    ("toml", &["cargo-toml"]),
    ("ini", &["conf", "cfg", "config", "systemd", "service", "unit", "editorconfig", "desktop", "dosini", "gitconfig"]),
    ("properties", &["java-properties", "jproperties"]),
    (".env", &["env", "dotenv"]),
    ("py", &["python", "python3", "py3", "starlark", "bazel", "bzl", "pyi", "sage", "xonsh"]),
    ("rb", &["ruby", "jruby", "podfile", "gemfile", "rake"]),
    ("rs", &["rust"]),
    ("go", &["golang"]),
    ("go.mod", &["gomod", "go-mod"]),
    ("c", &["h", "arduino-c"]),
    ("cpp", &["c++", "cuda", "cu", "arduino", "ino", "hlsl", "metal"]),
    ("cs", &["csharp", "c#", "dotnet"]),
    ("fsx", &["fsharp", "f#", "fs"]),
    ("java", &["jsh"]),
    ("kt", &["kotlin", "kts"]),
    ("m", &["objc", "objectivec", "objective-c", "obj-c"]),
    ("mm", &["objc++", "objectivec++", "objective-c++", "objectivecpp", "objcpp"]),
    ("proto", &["protobuf", "proto2", "proto3", "protocol-buffer", "protocol-buffers"]),
    ("tf", &["terraform", "hcl", "tfvars", "opentofu", "nomad", "packer"]),
    ("dockerfile", &["docker", "containerfile"]),
    ("graphql", &["gql", "graphqls"]),
    ("html", &["htm", "xhtml", "razor", "cshtml", "angular", "marko"]),
    ("xml", &["xsl", "xslt", "xsd", "rss", "atom", "wsdl", "plist", "csproj", "msbuild", "pom", "svg", "mathml"]),
    ("twig", &["nunjucks", "njk", "liquid"]),
    ("jinja2", &["jinja", "django", "j2"]),
    ("erb", &["rhtml", "eruby"]),
    ("md", &["markdown", "mdx", "mdown", "gfm", "rmd"]),
    ("rst", &["restructuredtext", "rest"]),
    ("adoc", &["asciidoc", "asciidoctor"]),
    ("sql", &["mysql", "pgsql", "postgres", "postgresql", "plsql", "plpgsql", "sqlite", "tsql", "mssql", "mariadb", "duckdb", "hql"]),
    ("make", &["makefile", "mk", "mak", "just", "justfile"]),
    ("diff", &["patch", "udiff"]),
    ("http", &["https", "rest-client", "hurl"]),
    ("nginx", &["nginxconf", "nginx-conf"]),
    (".htaccess", &["apache", "apacheconf", "htaccess"]),
    ("crontab", &["cron"]),
    ("ssh_config", &["sshconfig", "ssh-config"]),
    ("gitignore", &["ignore", "dockerignore", "npmignore"]),
    ("csv", &["tsv"]),
    ("re", &["regex", "regexp"]),
    ("dot", &["graphviz"]),
    ("lisp", &["scheme", "common-lisp", "commonlisp", "elisp", "emacs-lisp", "fennel", "wat", "wast"]),
    ("clj", &["clojure", "cljs", "clojurescript", "edn"]),
    ("ex", &["elixir", "iex"]),
    ("erl", &["erlang"]),
    ("hs", &["haskell"]),
    ("ml", &["ocaml", "reason"]),
    ("pas", &["pascal", "delphi", "objectpascal"]),
    ("pl", &["perl", "raku", "perl6"]),
    ("tex", &["latex", "ltx"]),
    ("f90", &["fortran", "f95", "f03", "f08"]),
    ("asm", &["assembly", "nasm", "x86asm", "x86"]),
    ("sv", &["systemverilog", "system-verilog"]),
    ("vim", &["viml", "vimscript"]),
    ("sol", &["solidity"]),
    ("gd", &["gdscript"]),
    ("lua", &["luau"]),
    ("styl", &["stylus"]),
    ("jl", &["julia"]),
    ("cr", &["crystal"]),
    ("coffee", &["coffeescript", "coffee-script"]),
    ("ll", &["llvm", "llvm-ir"]),
    ("applescript", &["osascript"]),
];
