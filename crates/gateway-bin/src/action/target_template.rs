//! A path with places for what the route's pattern caught.

use std::sync::Arc;

use gateway_core::config::Diagnosis;
use gateway_core::facts::PathParameters;

/// A text such as `/v2/{rest}` in which `{name}` stands for a parameter that the route's path pattern caught.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetTemplate(Arc<[Piece]>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Literal(Box<str>),
    Parameter(Box<str>),
}

impl TargetTemplate {
    /// Reads `text`, in which only the names in `known` may be used.
    ///
    /// # Errors
    /// An unclosed brace or an unknown name, with its place in `text`.
    pub fn parse(text: &str, known: &[&str]) -> Result<Self, Diagnosis> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((literal, after)) = rest.split_once('{') {
            let offset = text.len() - after.len();
            let Some((name, after)) = after.split_once('}') else {
                return Err(Diagnosis::new("`{` is never closed")
                    .help("write `{name}`")
                    .within(offset - 1, 1));
            };
            if !known.contains(&name) {
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

    /// The text with `parameters` in their places.
    pub fn fill(&self, parameters: &PathParameters) -> String {
        let texts = self.0.iter().map(|piece| match piece {
            Piece::Literal(text) => &**text,
            Piece::Parameter(name) => parameters.get(name).unwrap_or_default(),
        });
        texts.collect()
    }

    /// The text before the first parameter.
    pub fn literal_prefix(&self) -> &str {
        match self.0.first() {
            Some(Piece::Literal(text)) => text,
            _ => "",
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
        let template = TargetTemplate::parse("/v2/{id}/x/{rest}", &["id", "rest"]).unwrap();
        let parameters = PathParameters::from_iter([("id", "7"), ("rest", "a/b")]);
        assert_eq!(template.fill(&parameters), "/v2/7/x/a/b");
        assert_eq!(template.literal_prefix(), "/v2/");
    }

    #[test]
    fn unknown_names_and_open_braces_are_refused() {
        assert!(TargetTemplate::parse("/{di}", &["id"]).is_err());
        assert!(TargetTemplate::parse("/{id", &["id"]).is_err());
        assert!(TargetTemplate::parse("/{}", &[]).is_err());
    }
}
