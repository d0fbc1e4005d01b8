//! Errors as the operator sees them: line, caret, and what to write instead.

use annotate_snippets::{
    AnnotationKind, Group, Level, Origin, Renderer, Snippet, normalize_untrusted_str,
};

use super::{ConfigError, ConfigErrors, Source, Span};

/// Whether rendered errors have colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// Plain text.
    #[default]
    Plain,
    /// Colours by ANSI escape sequences.
    Ansi,
}

/// Shows all `errors` of a file in the order of their places, those without a place first.
///
/// ```
/// use gateway_core::config::{ConfigError, ConfigErrors, Source, Span, Style, render};
///
/// let source = Source::new("gateway.toml", "upstream = \"order\"\n");
/// let error = ConfigError::new("unknown upstream `order`")
///     .at(Span { start: 11, end: 18 })
///     .help("did you mean `orders`?");
/// let shown = render(&source, &ConfigErrors::from(error), Style::Plain);
/// assert_eq!(shown, r#"error: unknown upstream `order`
///  --> gateway.toml:1:12
///   |
/// 1 | upstream = "order"
///   |            ^^^^^^^
///   |
///   = help: did you mean `orders`?
/// "#);
/// ```
pub fn render(source: &Source, errors: &ConfigErrors, style: Style) -> String {
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Ansi => Renderer::styled(),
    };
    let mut sorted: Vec<&ConfigError> = errors.iter().collect();
    sorted.sort_by_key(|error| error.span().map(|span| (span.start, span.end)));
    let mut shown = String::new();
    for (i, error) in sorted.into_iter().enumerate() {
        if i > 0 {
            shown.push('\n');
        }
        let block = renderer.render(&[report(source, error)]);
        shown.push_str(&match error.span {
            Some(_) => block,
            // Without a line number the renderer leaves out the space before the arrow.
            None => block.replacen("-->", " -->", 1),
        });
        shown.push('\n');
    }
    shown
}

fn report<'a>(source: &'a Source, error: &'a ConfigError) -> Group<'a> {
    let title = Level::ERROR.primary_title(error.message.as_str());
    let group = match error.span {
        Some(span) => title.element(snippet(source, error, span)),
        None => title.element(Origin::path(source.name())),
    };
    match &error.help {
        Some(help) => group.element(Level::HELP.message(normalize_untrusted_str(help))),
        None => group,
    }
}

/// The lines around an error's places; handing over only these keeps a large file fast.
fn snippet<'a>(
    source: &'a Source,
    error: &'a ConfigError,
    span: Span,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let places = || std::iter::once(span).chain(error.related.iter().map(|(span, _)| *span));
    let first = places()
        .map(|place| place.start)
        .min()
        .unwrap_or(span.start);
    let last = places().map(|place| place.end).max().unwrap_or(span.end);
    let first_line = source.line_of(first);
    let start = source.line_start(first_line);
    let end = source.line_start(source.line_of(last) + 1);
    let range = |place: Span| {
        let text = source.text();
        let clamp = |at: usize| text.floor_char_boundary(at.min(end)) - start;
        clamp(place.start)..clamp(place.end)
    };
    let related = error.related.iter().map(|(place, label)| {
        AnnotationKind::Context
            .span(range(*place))
            .label(label.as_str())
    });
    Snippet::source(&source.text()[start..end])
        .line_start(first_line + 1)
        .path(source.name())
        .annotation(
            AnnotationKind::Primary
                .span(range(span))
                .label(error.label.as_deref()),
        )
        .annotations(related)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, errors: impl IntoIterator<Item = ConfigError>) -> String {
        render(
            &Source::new("gateway.toml", text),
            &errors.into_iter().collect(),
            Style::Plain,
        )
    }

    #[test]
    fn in_the_order_of_the_file() {
        let at = |start, end| ConfigError::new(format!("at {start}")).at(Span { start, end });
        let errors = [
            at(6, 7),
            ConfigError::new("no place").help("look\u{1b}[31m around"),
            at(0, 1),
        ];
        assert_eq!(
            shown("a = 1\nb = 2\n", errors),
            r#"error: no place
 --> gateway.toml
 = help: look␛[31m around

error: at 0
 --> gateway.toml:1:1
  |
1 | a = 1
  | ^

error: at 6
 --> gateway.toml:2:1
  |
2 | b = 2
  | ^
"#
        );
    }

    #[test]
    fn the_end_of_the_file_and_places_far_apart() {
        let text = format!("first = 1\n{}last = 2", "# filler\n".repeat(50));
        let end = text.len();
        let errors = [
            ConfigError::new("ends early").at(Span { start: end, end }),
            ConfigError::new("again")
                .at(Span {
                    start: end - 8,
                    end: end - 4,
                })
                .label("here")
                .related(Span { start: 0, end: 5 }, "there"),
        ];
        assert_eq!(
            shown(&text, errors),
            r#"error: again
  --> gateway.toml:52:1
   |
 1 | first = 1
   | ----- there
...
52 | last = 2
   | ^^^^ here

error: ends early
  --> gateway.toml:52:9
   |
52 | last = 2
   |         ^
"#
        );
    }

    #[test]
    fn colours_are_for_terminals() {
        let source = Source::new("gateway.toml", "a = 1\n");
        let errors = ConfigErrors::from(ConfigError::new("x").at(Span { start: 0, end: 1 }));
        assert!(render(&source, &errors, Style::Ansi).contains("\u{1b}["));
        assert!(!render(&source, &errors, Style::Plain).contains('\u{1b}'));
    }
}
