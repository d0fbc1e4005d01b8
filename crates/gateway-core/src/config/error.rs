//! What is wrong with a configuration: one finding, and all findings of a file.

use super::Span;

/// One finding about a configuration file: what is wrong, where, and what to write instead.
///
/// ```
/// use gateway_core::config::{ConfigError, Span};
///
/// let error = ConfigError::new("unknown upstream `order`")
///     .at(Span { start: 10, end: 17 })
///     .label("no upstream has this name")
///     .help("did you mean `orders`?");
/// assert_eq!(error.message(), "unknown upstream `order`");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    pub(crate) message: String,
    pub(crate) span: Option<Span>,
    pub(crate) label: Option<String>,
    pub(crate) help: Option<String>,
    pub(crate) related: Vec<(Span, String)>,
}

impl ConfigError {
    /// A finding with its headline, which stands alone when there is no place to point at.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            span: None,
            label: None,
            help: None,
            related: Vec::new(),
        }
    }

    /// Points the caret at `span`.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }

    /// Points at `span` unless a more precise place is known already.
    #[must_use]
    pub fn at_if_unset(mut self, span: Span) -> Self {
        self.span.get_or_insert(span);
        self
    }

    /// The words beside the caret.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// What to write instead.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Points at a second place that has to do with it, such as the first of two equal names.
    #[must_use]
    pub fn related(mut self, span: Span, label: impl Into<String>) -> Self {
        self.related.push((span, label.into()));
        self
    }

    /// Points the caret at `span` and beside it at `other`, with `label`, for two values that contradict each other. One
    /// of them may be a default, which stands nowhere in the file; then the caret points at the other.
    #[must_use]
    pub fn at_pair(self, span: Span, other: Span, label: impl Into<String>) -> Self {
        match (span == Span::default(), other == Span::default()) {
            (false, false) => self.at(span).related(other, label),
            (false, true) => self.at(span),
            (true, _) => self.at(other),
        }
    }

    /// The headline.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The place the caret points at, where one is known.
    pub fn span(&self) -> Option<Span> {
        self.span
    }

    /// What to write instead, where that is known.
    pub fn help_text(&self) -> Option<&str> {
        self.help.as_deref()
    }
}

impl std::fmt::Display for ConfigError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)?;
        if let Some(help) = &self.help {
            write!(f, " ({help})")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}

/// All findings about a configuration file, in the order in which they were found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConfigErrors(Vec<ConfigError>);

impl ConfigErrors {
    /// No findings yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one finding.
    pub fn push(&mut self, error: ConfigError) {
        self.0.push(error);
    }

    /// Adds the findings of `result`, if it has any, and hands out its value, if it has one.
    pub fn take<T>(&mut self, result: Result<T, impl Into<Self>>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(errors) => {
                self.0.extend(errors.into().0);
                None
            }
        }
    }

    /// `value` where there are no findings, else the findings.
    ///
    /// # Errors
    /// All findings collected so far.
    pub fn or<T>(self, value: T) -> Result<T, Self> {
        if self.0.is_empty() {
            Ok(value)
        } else {
            Err(self)
        }
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The findings.
    pub fn iter(&self) -> impl Iterator<Item = &ConfigError> {
        self.0.iter()
    }

    /// Points every finding that has no place yet at `span`.
    #[must_use]
    pub fn at_if_unset(self, span: Span) -> Self {
        self.into_iter()
            .map(|error| error.at_if_unset(span))
            .collect()
    }
}

impl FromIterator<ConfigError> for ConfigErrors {
    fn from_iter<I: IntoIterator<Item = ConfigError>>(errors: I) -> Self {
        Self(errors.into_iter().collect())
    }
}

impl IntoIterator for ConfigErrors {
    type Item = ConfigError;
    type IntoIter = std::vec::IntoIter<ConfigError>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl Extend<ConfigError> for ConfigErrors {
    fn extend<I: IntoIterator<Item = ConfigError>>(&mut self, errors: I) {
        self.0.extend(errors);
    }
}

impl From<ConfigError> for ConfigErrors {
    fn from(error: ConfigError) -> Self {
        Self(vec![error])
    }
}

impl std::fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (i, error) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str("; ")?;
            }
            write!(f, "{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigErrors {}
