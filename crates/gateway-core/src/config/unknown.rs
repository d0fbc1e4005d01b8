//! Findings about names that do not exist.

use super::{ConfigError, Located, did_you_mean};

/// How many names an error lists at most.
const LISTED: usize = 20;

/// A finding about a key that no table of this kind has; the help names the key that was meant, or
/// all that exist.
pub fn unknown_key<'a>(
    key: &Located<String>,
    known: impl IntoIterator<Item = &'a str>,
) -> ConfigError {
    let known: Vec<&str> = known.into_iter().collect();
    let error = ConfigError::new(format!("unknown key `{}`", **key)).at(key.span());
    match instead(key, &known, "the keys here are") {
        Some(help) => error.help(help),
        None => error.help("no keys are known here"),
    }
}

/// A finding about a name that refers to nothing, such as a route's upstream; `what` is the kind of
/// thing that was referred to.
///
/// ```
/// use gateway_core::config::{Located, unknown_name};
///
/// let error = unknown_name("upstream", &Located::from("order".to_owned()), ["orders", "search"]);
/// assert_eq!(error.to_string(), "unknown upstream `order` (did you mean `orders`?)");
/// ```
pub fn unknown_name<'a>(
    what: &str,
    name: &Located<String>,
    known: impl IntoIterator<Item = &'a str>,
) -> ConfigError {
    let known: Vec<&str> = known.into_iter().collect();
    let error = ConfigError::new(format!("unknown {what} `{}`", **name)).at(name.span());
    match instead(name, &known, "these exist:") {
        Some(help) => error.help(help),
        None => error.help(format!("this file has no {what}")),
    }
}

/// What could be written instead of `typed`, if there is anything.
pub(super) fn instead(typed: &str, known: &[&str], list: &str) -> Option<String> {
    if let Some(meant) = did_you_mean(typed, known.iter().copied()) {
        return Some(format!("did you mean `{meant}`?"));
    }
    if known.is_empty() {
        return None;
    }
    let names: Vec<String> = known
        .iter()
        .take(LISTED)
        .map(|name| format!("`{name}`"))
        .collect();
    let more = match known.len().saturating_sub(LISTED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Some(format!("{list} {}{more}", names.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_are_cut() {
        let names: Vec<String> = (0..30).map(|i| format!("name-{i}")).collect();
        let error = unknown_name(
            "layer",
            &Located::from("zzz".to_owned()),
            names.iter().map(String::as_str),
        );
        assert!(
            error.to_string().ends_with("`name-19` and 10 more)"),
            "{error}"
        );
    }

    #[test]
    fn nothing_to_refer_to() {
        let error = unknown_name("store", &Located::from("shared".to_owned()), []);
        assert_eq!(error.help_text(), Some("this file has no store"));
    }
}
