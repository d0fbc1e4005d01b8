//! How important a request is.

use std::fmt;

use gateway_core::config::{Diagnosis, Text};

/// How important a request is, compared with the others of its upstream. When an upstream has as much to do as it may
/// have, the least important requests are turned away first. What nobody has classified is [`Default`](Self::Default).
///
/// The set is fixed, as in Google's *Site Reliability Engineering*, chapter 21 ("Criticality"): names that
/// mean the same everywhere need no negotiation between teams, and three of them leave no doubt which comes first.
/// (WeChat's DAGOR has some ten thousand levels, and must find out all the time which of them is the last to pass.)
///
/// ```
/// use layer_lb::Class;
///
/// assert!(Class::Critical > Class::Default && Class::Default > Class::Background);
/// assert_eq!("background".parse::<Class>().unwrap(), Class::Background);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Nobody waits for it, or it comes again by itself: batches, prefetching, crawlers.
    Background,
    /// Somebody waits for it.
    #[default]
    Default,
    /// The service is pointless without it: log in, check out.
    Critical,
}

impl Class {
    /// The name in the file, in logs and in metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Background => "background",
            Self::Default => "default",
            Self::Critical => "critical",
        }
    }

    /// The class of this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::Background, Self::Default, Self::Critical]
            .into_iter()
            .find(|class| class.as_str() == name)
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Text for Class {
    const NAME: &'static str = "Class";
    const WANTED: &'static str = "\"critical\", \"default\" or \"background\"";
    const DESCRIPTION: &'static str =
        "How important requests are: \"critical\", \"default\" or \"background\".";
    const EXAMPLES: &'static [&'static str] = &["critical", "default", "background"];
    const PATTERN: Option<&'static str> = Some("^(critical|default|background)$");

    fn from_text(text: &str) -> Result<Self, Diagnosis> {
        Self::named(text)
            .ok_or_else(|| Diagnosis::new(format!("expected {}, found {text:?}", Self::WANTED)))
    }
}

gateway_core::text_value!(Class);
