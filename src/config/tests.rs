//! What `recto.toml` may say, and what is said when it is wrong.

use super::*;

/// The diagnostics of `text`, a line each: code, the text at the place, message.
fn check(text: &str, expected: &[&str]) {
    let told = match read(Path::new("/site"), Some(text.into())) {
        Ok(config) => config.diagnostics,
        Err(diagnostics) => diagnostics,
    };
    let lines: Vec<String> = told
        .iter()
        .map(|d| {
            let at = d.span.as_ref().map_or("", |span| &text[span.range.clone()]);
            format!("{} {at:?}: {}", d.code.name(), d.message)
        })
        .collect();
    assert_eq!(lines, expected, "{text}");
}

const THREE: &str =
    "[[versions]]\nid = '3'\nstatus = 'current'\n[[versions]]\nid = '2'\nstatus = 'supported'\n[[versions]]\nid = '1'\nstatus = 'gone'\n";

#[test]
fn everything_has_a_default() {
    let config = read(Path::new("/site"), None).expect("no text is no fault").value;
    assert!(!config.versioned && config.versions.len() == 1);
    assert_eq!((config.language.as_str(), config.output.folder.as_str()), ("en", "public"));
    check("", &[]);
}

#[test]
fn all_faults_are_told_in_one_run() {
    check(
        "titel = 'x'\nurl = 'docs.example'\n[markdown]\nhtml = 'saef'\nmath = 1\n[lints]\nlink-not-fond = 'warn'\n",
        &[
            "config-value-invalid \"'docs.example'\": `url` is not an address: it has no scheme",
            "config-value-invalid \"'saef'\": `html` cannot be `saef`",
            "config-value-invalid \"1\": `math` takes `true` or `false`, this is an integer",
            "config-key-unknown \"link-not-fond\": unknown lint `link-not-fond`",
            "config-key-unknown \"titel\": unknown key `titel`",
        ],
    );
}

#[test]
fn two_current_versions_and_a_doubled_id_are_told() {
    check(
        "[[versions]]\nid = '3'\nstatus = 'current'\n[[versions]]\nid = '2'\nstatus = 'current'\n[[versions]]\nid = '3'\nstatus = 'retired'\n",
        &["version-duplicate \"'3'\": the version `3` is listed twice", "version-two-current \"'2'\": the version `2` is `current` too"],
    );
    check("[[versions]]\nid = '2'\nstatus = 'preview'\n", &["version-no-current \"'2'\": no version is `current`"]);
}

#[test]
fn a_circle_of_inheritance_is_broken_once() {
    check(
        "[[versions]]\nid = '2'\nstatus = 'current'\ninherits = '1'\n[[versions]]\nid = '1'\nstatus = 'supported'\ninherits = '2'\n",
        &["version-cycle \"'1'\": versions inherit in a circle: `2` from `1` from `2`"],
    );
    check("[[versions]]\nid = '2'\nstatus = 'current'\ninherits = '9'\n", &["version-unknown \"'9'\": no version `9` to inherit from"]);
}

#[test]
fn ids_that_are_no_ids_are_told() {
    check("[[versions]]\nid = 3\n", &["config-value-invalid \"3\": `id` takes a string, this is an integer"]);
    check(
        "[[versions]]\nid = 'http'\n[[versions]]\nid='1'\nstatus='current'\n",
        &["config-value-invalid \"'http'\": the id `http` reads as the scheme of a URL"],
    );
}

#[test]
fn settings_cannot_open_what_must_stay_shut() {
    check("[markdown]\nschemes = ['javascript']\n", &["config-value-invalid \"'javascript'\": `javascript:` is never allowed in links"]);
    check(
        "[theme]\naccent = 'red;}body{display:none'\n",
        &["config-value-invalid \"'red;}body{display:none'\": `red;}body{display:none` is not a colour"],
    );
    check("[output]\nfolder = '../x'\n", &["config-value-invalid \"'../x'\": `../x` is not a folder of the site"]);
}

#[test]
fn ranges_go_by_the_list() {
    let config = read(Path::new("/site"), Some(THREE.into())).expect("TOML").value;
    let versions = |text: &str| {
        range(text, &config.versions)
            .map(|set| (0..3).filter(|no| set.contains(*no)).map(|no| config.versions[no].id.to_string()).collect::<String>())
    };
    for (text, ids) in [(">=2", "32"), (">2", "3"), ("<3", "21"), ("<=2", "21"), ("2", "2"), ("3, 1", "31"), (">=1, <3", "21")] {
        assert_eq!(versions(text), Ok(ids.to_owned()), "{text}");
    }
    assert_eq!(versions(">=9"), Err(RangeFault::Unknown("9".into())));
    assert_eq!(versions(">="), Err(RangeFault::Form));
    let none = range("1", &config.versions).expect("a range");
    assert!(none.matches_none(&config.versions), "version 1 is gone");
}
