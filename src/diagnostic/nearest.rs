//! "Did you mean": the one of some names that a wrong one most likely stands for.

/// The one of `names` nearest to `wrong`, if any is near: at most a third of its letters differ (Damerau–Levenshtein).
/// Of two equally near ones the first in the order of the text, so that the answer does not depend on the order of `names`.
pub fn nearest<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A longer name could not be typed by mistake, and the distance of two long texts costs their product.
    if wrong.len() > 300 {
        return None;
    }
    let length = wrong.chars().count();
    let most = (length / 3).max(1);
    let wrong = wrong.to_lowercase();
    names
        .into_iter()
        .filter(|name| name.chars().count().abs_diff(length) <= most)
        .map(|name| (strsim::damerau_levenshtein(&wrong, &name.to_lowercase()), name))
        .filter(|(distance, _)| *distance <= most)
        .min()
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typo_finds_its_word_and_nonsense_finds_none() {
        let names = ["title", "order", "nav_title"];
        assert_eq!(nearest("titel", names), Some("title"));
        assert_eq!(nearest("navtitle", names), Some("nav_title"));
        assert_eq!(nearest("banana", names), None);
    }
}
