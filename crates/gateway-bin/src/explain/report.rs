//! The answer of `explain`, as text by `Display` and as JSON by `Serialize`.

use gateway_core::facts::MatchedRoute;
use gateway_core::rejection::Rejection;
use serde::Serialize;

use crate::routing::Verdict;

/// What would become of a request.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Report {
    /// The request, its path made canonical.
    pub request: String,
    /// The route that takes it.
    pub route: Option<RouteReport>,
    /// Every other route, with the reason why it does not.
    pub others: Vec<LostRoute>,
    /// The layers in the order in which they run.
    pub layers: Vec<LayerReport>,
    /// What becomes of it in the end.
    pub fate: Fate,
}

/// The route that takes the request.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct RouteReport {
    /// Its name in the file.
    pub name: String,
    /// What its path caught.
    pub parameters: Vec<(String, String)>,
}

/// A route that does not take the request.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct LostRoute {
    /// Its name in the file.
    pub name: String,
    /// Why, in words.
    pub reason: String,
    /// Why, for programs.
    pub loss: serde_json::Value,
}

impl LostRoute {
    /// The routes that were not chosen, in the order of their rank.
    pub(super) fn all(verdicts: &[Verdict<'_>]) -> Vec<Self> {
        let lost = verdicts.iter().filter_map(|verdict| {
            let loss = verdict.loss.as_ref()?;
            Some(Self {
                name: verdict.route.to_owned(),
                reason: loss.to_string(),
                loss: serde_json::to_value(loss).unwrap_or_default(),
            })
        });
        lost.collect()
    }
}

/// What one layer does.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct LayerReport {
    /// Its name in the file.
    pub name: String,
    /// Its type.
    pub r#type: String,
    /// What it does with the request, as the predicate of a sentence: `lets pass`, `refuses`.
    pub does: String,
    /// Whom the request comes from, where this layer found out.
    pub identity: Option<String>,
    /// Why it refuses.
    pub refusal: Option<Refusal>,
}

/// Why a request is refused.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Refusal {
    /// The status.
    pub status: u16,
    /// The stable code.
    pub code: String,
    /// What the client is told.
    pub detail: String,
    /// What the log is told.
    pub cause: Option<String>,
}

/// What becomes of the request in the end.
#[derive(Clone, Debug, Serialize)]
#[serde(
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case",
    tag = "kind"
)]
pub enum Fate {
    /// It is refused; `would-send` is what an upstream would get if no layer refused.
    Refused {
        /// Why.
        refusal: Refusal,
        /// What would be sent otherwise.
        would_send: Option<SentRequest>,
    },
    /// It is answered by the gateway itself.
    Answered {
        /// The status.
        status: u16,
        /// The header fields.
        headers: Vec<(String, String)>,
    },
    /// It is sent on.
    Forwarded {
        /// What the upstream gets.
        request: SentRequest,
    },
}

/// What an upstream gets.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct SentRequest {
    /// The upstream.
    pub upstream: String,
    /// Its endpoints, one of which is picked; none where they are found while the gateway runs.
    pub endpoints: Vec<String>,
    /// The method.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// The header fields.
    pub headers: Vec<(String, String)>,
    /// Bytes of the body.
    pub body_length: usize,
}

impl Report {
    /// Whether the request is refused.
    pub fn is_refused(&self) -> bool {
        matches!(self.fate, Fate::Refused { .. })
    }
}

impl From<&MatchedRoute> for RouteReport {
    fn from(matched: &MatchedRoute) -> Self {
        let parameters = matched.parameters().iter();
        Self {
            name: matched.name().to_owned(),
            parameters: parameters
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
        }
    }
}

impl From<&Rejection> for Refusal {
    fn from(rejection: &Rejection) -> Self {
        Self {
            status: rejection.status().as_u16(),
            code: rejection.code().to_string(),
            detail: rejection.detail().to_owned(),
            cause: rejection.cause().map(str::to_owned),
        }
    }
}
