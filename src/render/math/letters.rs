//! The alphabets of mathematics: letters and digits in bold, script, Fraktur and so on, each a character of its own.
//!
//! MathML Core has no attribute for them but `mathvariant="normal"`; it takes the characters of Unicode's block "Mathematical
//! Alphanumeric Symbols" (U+1D400 to U+1D7FF), and those older ones that the block leaves gaps for.

/// An alphabet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Alphabet {
    Bold,
    Italic,
    BoldItalic,
    Script,
    BoldScript,
    Fraktur,
    BoldFraktur,
    DoubleStruck,
    DoubleStruckItalic,
    SansSerif,
    BoldSansSerif,
    SansSerifItalic,
    SansSerifBoldItalic,
    Monospace,
}

/// The character of an alphabet that stands for `c`; `c` itself where it has none.
pub(super) fn letter(alphabet: Alphabet, c: char) -> char {
    if let Some(older) = older(alphabet, c) {
        return older;
    }
    let (latin, greek, digits) = places(alphabet);
    let place = match c {
        'A'..='Z' => latin.map(|start| start + (u32::from(c) - u32::from('A'))),
        'a'..='z' => latin.map(|start| start + 26 + (u32::from(c) - u32::from('a'))),
        '0'..='9' => digits.map(|start| start + (u32::from(c) - u32::from('0'))),
        c => greek.zip(greek_place(c)).map(|(start, place)| start + place),
    };
    place.and_then(char::from_u32).unwrap_or(c)
}

/// Where the Latin letters (capitals first), the Greek letters and the digits of an alphabet begin.
fn places(alphabet: Alphabet) -> (Option<u32>, Option<u32>, Option<u32>) {
    match alphabet {
        Alphabet::Bold => (Some(0x1D400), Some(0x1D6A8), Some(0x1D7CE)),
        Alphabet::Italic => (Some(0x1D434), Some(0x1D6E2), None),
        Alphabet::BoldItalic => (Some(0x1D468), Some(0x1D71C), None),
        Alphabet::Script => (Some(0x1D49C), None, None),
        Alphabet::BoldScript => (Some(0x1D4D0), None, None),
        Alphabet::Fraktur => (Some(0x1D504), None, None),
        Alphabet::DoubleStruck => (Some(0x1D538), None, Some(0x1D7D8)),
        Alphabet::DoubleStruckItalic => (None, None, None),
        Alphabet::BoldFraktur => (Some(0x1D56C), None, None),
        Alphabet::SansSerif => (Some(0x1D5A0), None, Some(0x1D7E2)),
        Alphabet::BoldSansSerif => (Some(0x1D5D4), Some(0x1D756), Some(0x1D7EC)),
        Alphabet::SansSerifItalic => (Some(0x1D608), None, None),
        Alphabet::SansSerifBoldItalic => (Some(0x1D63C), Some(0x1D790), None),
        Alphabet::Monospace => (Some(0x1D670), None, Some(0x1D7F6)),
    }
}

/// The place of a Greek letter, or of what goes with them, in an alphabet that has them.
fn greek_place(c: char) -> Option<u32> {
    Some(match c {
        'Α'..='Ρ' | 'Σ'..='Ω' => u32::from(c) - u32::from('Α'),
        'ϴ' => 17,
        '∇' => 25,
        'α'..='ω' => 26 + (u32::from(c) - u32::from('α')),
        '∂' => 51,
        'ϵ' => 52,
        'ϑ' => 53,
        'ϰ' => 54,
        'ϕ' => 55,
        'ϱ' => 56,
        'ϖ' => 57,
        _ => return None,
    })
}

/// Letters that were in Unicode before the block was, and have no place in it.
fn older(alphabet: Alphabet, c: char) -> Option<char> {
    Some(match (alphabet, c) {
        (Alphabet::Italic, 'h') => 'ℎ',
        (Alphabet::Script, 'B') => 'ℬ',
        (Alphabet::Script, 'E') => 'ℰ',
        (Alphabet::Script, 'F') => 'ℱ',
        (Alphabet::Script, 'H') => 'ℋ',
        (Alphabet::Script, 'I') => 'ℐ',
        (Alphabet::Script, 'L') => 'ℒ',
        (Alphabet::Script, 'M') => 'ℳ',
        (Alphabet::Script, 'R') => 'ℛ',
        (Alphabet::Script, 'e') => 'ℯ',
        (Alphabet::Script, 'g') => 'ℊ',
        (Alphabet::Script, 'o') => 'ℴ',
        (Alphabet::Fraktur, 'C') => 'ℭ',
        (Alphabet::Fraktur, 'H') => 'ℌ',
        (Alphabet::Fraktur, 'I') => 'ℑ',
        (Alphabet::Fraktur, 'R') => 'ℜ',
        (Alphabet::Fraktur, 'Z') => 'ℨ',
        (Alphabet::DoubleStruck, 'C') => 'ℂ',
        (Alphabet::DoubleStruck, 'H') => 'ℍ',
        (Alphabet::DoubleStruck, 'N') => 'ℕ',
        (Alphabet::DoubleStruck, 'P') => 'ℙ',
        (Alphabet::DoubleStruck, 'Q') => 'ℚ',
        (Alphabet::DoubleStruck, 'R') => 'ℝ',
        (Alphabet::DoubleStruck, 'Z') => 'ℤ',
        (Alphabet::DoubleStruckItalic, 'D') => 'ⅅ',
        (Alphabet::DoubleStruckItalic, 'd') => 'ⅆ',
        (Alphabet::DoubleStruckItalic, 'e') => 'ⅇ',
        (Alphabet::DoubleStruckItalic, 'i') => 'ⅈ',
        (Alphabet::DoubleStruckItalic, 'j') => 'ⅉ',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(alphabet: Alphabet, plain: &str, expected: &str) {
        let found: String = plain.chars().map(|c| letter(alphabet, c)).collect();
        assert_eq!(found, expected, "{alphabet:?}");
    }

    #[test]
    fn letters_stand_where_unicode_has_them() {
        check(Alphabet::Bold, "AZaz09ΑΩαω∇∂ϖ", "𝐀𝐙𝐚𝐳𝟎𝟗𝚨𝛀𝛂𝛚𝛁𝛛𝛡");
        check(Alphabet::Italic, "Aghi0α", "𝐴𝑔ℎ𝑖0𝛼");
        check(Alphabet::Script, "ABCego", "𝒜ℬ𝒞ℯℊℴ");
        check(Alphabet::Fraktur, "ACHZz", "𝔄ℭℌℨ𝔷");
        check(Alphabet::DoubleStruck, "ANRZk1", "𝔸ℕℝℤ𝕜𝟙");
        check(Alphabet::SansSerifBoldItalic, "Aaα", "𝘼𝙖𝞪");
        check(Alphabet::Monospace, "Aa1", "𝙰𝚊𝟷");
        check(Alphabet::BoldFraktur, "Az+é", "𝕬𝖟+é");
        check(Alphabet::DoubleStruckItalic, "dx", "ⅆx");
    }
}
