//! `match` of a route, as it is written.

use gateway_core::config::{HeaderName, Located, Method};
use gateway_core::expression::Condition;
use schemars::JsonSchema;
use serde::Deserialize;

use super::PathPattern;
use super::hosts::Hosts;
use super::value_test_config::NamedTests;

/// Which requests a route is for: those that meet all that is written here.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct MatchConfig {
    /// The host, or several: a name, a name with `*` for exactly its first label, or an IP address, without
    /// port. Left out: every host.
    pub host: Option<Located<Hosts>>,
    /// The path: a string is exact, or a template where it has parameters, `{id}` for one segment or
    /// `{*rest}` at the end for all that is left. Left out: every path.
    pub path: Option<PathPattern>,
    /// The methods. Left out: GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS; all others must be named.
    pub methods: Option<Located<Vec<Located<Method>>>>,
    /// Headers by name.
    pub headers: NamedTests<HeaderName>,
    /// Query parameters by name, compared after decoding.
    pub query: NamedTests<String>,
    /// Cookies by name.
    pub cookies: NamedTests<String>,
    /// A CEL condition. Where it cannot be evaluated, the route does not match.
    pub when: Option<Located<Condition>>,
}
