//! What the tests of routing share.

use gateway_core::config::{ConfigErrors, Document, Located, Source, Style, decode, render};
use http::request::Parts;
use serde::Deserialize;

use super::{MatchConfig, Pattern, RouteEntry, RouteTable};

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct File {
    routes: Vec<Route>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Route {
    name: Located<String>,
    #[serde(default)]
    r#match: MatchConfig,
    #[serde(default)]
    priority: i32,
}

/// The routes of a file, or its errors as they are shown.
pub(super) fn entries(text: &str) -> Result<Vec<RouteEntry<()>>, String> {
    let source = Source::new("gateway.toml", text);
    let mut errors = ConfigErrors::new();
    let document = Document::parse(&source, &mut errors).expect("valid TOML");
    let shown = |errors: ConfigErrors| render(&source, &errors, Style::Plain);
    let file: File = decode(document.root()).map_err(shown)?;
    let mut entries = Vec::new();
    for route in file.routes {
        if let Some(pattern) = errors.take(Pattern::new(route.r#match)) {
            entries.push(RouteEntry {
                name: route.name.as_str().into(),
                span: route.name.span(),
                priority: route.priority,
                pattern,
                action: (),
            });
        }
    }
    errors.or(entries).map_err(shown)
}

/// The table of a file, or its errors as they are shown.
pub(super) fn table(text: &str) -> Result<RouteTable<()>, String> {
    let source = Source::new("gateway.toml", text);
    RouteTable::build(entries(text)?).map_err(|errors| render(&source, &errors, Style::Plain))
}

/// The text of a file with these values of `match`; the routes are called `r0`, `r1` and so on. What follows
/// a `;` is put beside `match`.
pub(super) fn routes<S: AsRef<str>>(matches: impl IntoIterator<Item = S>) -> String {
    let route = |(at, text): (usize, S)| {
        let (table, more) = text.as_ref().split_once(';').unwrap_or((text.as_ref(), ""));
        format!(
            "[[routes]]\nname = 'r{at}'\nmatch = {{ {table} }}\n{}\n",
            more.trim()
        )
    };
    matches.into_iter().enumerate().map(route).collect()
}

/// The first lines of all errors.
pub(super) fn headlines(shown: &str) -> Vec<&str> {
    shown
        .lines()
        .filter_map(|line| line.strip_prefix("error: "))
        .collect()
}

/// A request without body.
pub(super) fn request(method: &str, uri: &str, headers: &[(&str, &str)]) -> Parts {
    let mut request = http::Request::builder().method(method).uri(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(()).expect("a valid request").into_parts().0
}
