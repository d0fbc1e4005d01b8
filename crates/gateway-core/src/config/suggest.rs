//! What somebody may have meant who typed something else.

/// The candidate that `typed` most likely stands for.
///
/// Letter case and `_` for `-` do not count; then the fewest edits win (swapped neighbours are one edit),
/// up to a third of the word; then a candidate that begins with `typed`, or `typed` with it.
///
/// ```
/// use gateway_core::config::did_you_mean;
///
/// assert_eq!(did_you_mean("upsteram", ["routes", "upstream"]), Some("upstream"));
/// assert_eq!(did_you_mean("health_check", ["health-check"]), Some("health-check"));
/// assert_eq!(did_you_mean("banana", ["routes", "upstream"]), None);
/// ```
pub fn did_you_mean<'a>(
    typed: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let wanted = fold(typed);
    candidates
        .into_iter()
        .filter_map(|candidate| Some((distance(&wanted, &fold(candidate))?, candidate)))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

fn fold(word: &str) -> String {
    word.to_lowercase().replace('_', "-")
}

/// How far apart two folded words are, or nothing where they are too far apart to be meant.
fn distance(typed: &str, candidate: &str) -> Option<usize> {
    const SHORTEST_PREFIX: usize = 3;
    let bound = (candidate.len() / 3).max(1);
    if typed.len().abs_diff(candidate.len()) <= bound {
        let edits = strsim::damerau_levenshtein(typed, candidate);
        // Words of one or two letters are an edit away from nearly everything.
        let tiny = 2 * edits >= typed.len().max(candidate.len());
        if edits == 0 || (edits <= bound && !tiny) {
            return Some(edits);
        }
    }
    let shorter = typed.len().min(candidate.len());
    let prefix = typed.starts_with(candidate) || candidate.starts_with(typed);
    (prefix && shorter >= SHORTEST_PREFIX).then_some(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::did_you_mean;

    #[test]
    fn the_nearest_wins() {
        let keys = ["request", "response", "retry", "rewrite"];
        assert_eq!(did_you_mean("respone", keys), Some("response"));
        assert_eq!(did_you_mean("Retry", keys), Some("retry"));
        assert_eq!(did_you_mean("rety", keys), Some("retry"));
        assert_eq!(did_you_mean("erwrite", keys), Some("rewrite"));
        assert_eq!(did_you_mean("req", keys), Some("request"));
        assert_eq!(did_you_mean("retry-on", keys), Some("retry"));
    }

    #[test]
    fn far_words_are_not_guessed() {
        assert_eq!(did_you_mean("x", ["y", "to"]), None);
        assert_eq!(did_you_mean("re", ["request"]), None);
        assert_eq!(did_you_mean("tls", ["bind", "http"]), None);
        assert_eq!(did_you_mean("", ["bind"]), None);
    }
}
