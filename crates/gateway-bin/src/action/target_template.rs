//! A path with places for what the route's pattern caught.

use std::sync::Arc;

use gateway_core::config::Diagnosis;
use gateway_core::facts::PathParameters;

use super::target_path;

/// A text such as `/v2/{rest}` in which `{name}` stands for a parameter that the route's path pattern caught.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetTemplate(Arc<[Piece]>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Literal(Box<str>),
    Parameter(Box<str>),
}

impl TargetTemplate {
    /// Reads `text`, in which only the names in `known` may be used; any, where they are not known.
    ///
    /// # Errors
    /// An unclosed brace or an unknown name, with its place in `text`.
    pub fn parse(text: &str, known: Option<&[&str]>) -> Result<Self, Diagnosis> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((literal, after)) = rest.split_once('{') {
            let offset = text.len() - after.len();
            let Some((name, after)) = after.split_once('}') else {
                return Err(Diagnosis::new("`{` is never closed")
                    .help("write `{name}`")
                    .within(offset - 1, 1));
            };
            if let Some(known) = known
                && !known.contains(&name)
            {
                return Err(unknown(name, known).within(offset, name.len()));
            }
            if !literal.is_empty() {
                pieces.push(Piece::Literal(literal.into()));
            }
            pieces.push(Piece::Parameter(name.into()));
            rest = after;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Literal(rest.into()));
        }
        Ok(Self(pieces.into()))
    }

    /// Reads `text`, which is a path, as [`parse`](Self::parse) does.
    ///
    /// # Errors
    /// Those of `parse`, or what is written out is not canonical.
    pub fn parse_path(text: &str, known: Option<&[&str]>) -> Result<Self, Diagnosis> {
        let template = Self::parse(text, known)?;
        target_path::check_template(text)?;
        Ok(template)
    }

    /// Appends the text with `parameters` in their places to `out`; nothing for one that took no part.
    pub fn fill(&self, parameters: &PathParameters, out: &mut String) {
        for piece in self.0.iter() {
            out.push_str(match piece {
                Piece::Literal(text) => text,
                Piece::Parameter(name) => parameters.get(name).unwrap_or_default(),
            });
        }
    }
}

fn unknown(name: &str, known: &[&str]) -> Diagnosis {
    let diagnosis = Diagnosis::new(format!("the route's path has no parameter `{name}`"));
    if known.is_empty() {
        diagnosis.help("name one in `match.path`, as in \"/old/{*rest}\"")
    } else {
        diagnosis.help(format!("it has `{}`", known.join("`, `")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_fill_their_places() {
        let template = TargetTemplate::parse("/v2/{id}/x/{rest}", Some(&["id", "rest"])).unwrap();
        let parameters = PathParameters::from_iter([("id", "7"), ("rest", "a/b")]);
        let mut text = String::from("> ");
        template.fill(&parameters, &mut text);
        assert_eq!(text, "> /v2/7/x/a/b");
    }

    #[test]
    fn unknown_names_and_open_braces_are_refused() {
        assert!(TargetTemplate::parse("/{di}", Some(&["id"])).is_err());
        assert!(TargetTemplate::parse("/{id", Some(&["id"])).is_err());
        assert!(TargetTemplate::parse("/{}", Some(&[])).is_err());
    }

    #[test]
    fn a_path_is_written_in_its_canonical_form() {
        for path in ["/", "/a/{id}/", "/{id}{id}/a%2Fb", "/%7B{id}%7D"] {
            assert!(
                TargetTemplate::parse_path(path, Some(&["id"])).is_ok(),
                "{path}"
            );
        }
        for path in [
            "/a//{id}",
            "/../{id}",
            "/{id}/./",
            "/a?b={id}",
            "/a b",
            "/%7e",
            "/%{id}",
        ] {
            assert!(
                TargetTemplate::parse_path(path, Some(&["id"])).is_err(),
                "{path}"
            );
        }
    }
}
