//! Expressions in CEL, the Common Expression Language, wherever one is useful: matches, limit keys,
//! conditions, header values.
//!
//! An [`Expression`] is parsed and checked when the file is loaded: unknown variables, members and functions
//! are errors with a caret, regexes are compiled, and [`Expression::needs`] says which facts it reads. At
//! request time only what it mentions is looked up, borrowed from the request.
//!
//! | variable | type | meaning |
//! |---|---|---|
//! | `request.method` `.path` `.host` `.scheme` | string | the canonical request |
//! | `request.headers` | map | by lower-case name; several lines joined with `, ` |
//! | `request.query` `.cookies` | map | decoded; the first where a name repeats |
//! | `client.address` | string | the client's IP address |
//! | `route.name` | string | the route's name in the file |
//! | `path.NAME` | string | what `{NAME}` in the route's path caught |
//! | `identity.subject` `.consumer` `.method` | string | who is calling; `consumer` only where there is one |
//! | `identity.groups` `.scopes` | list | of strings |
//! | `identity.claims` | map | everything else the credential states |
//!
//! To read what is not there is an error, so ask first: `has(request.query.page)`, `"x-canary" in
//! request.headers`, or give a default: `request.headers[?"x-canary"].orValue("no")`.

mod call;
mod check;
mod compile;
mod condition;
mod diagnose;
mod environment;
mod error;
#[expect(
    clippy::module_inception,
    reason = "the module is named after its main type"
)]
mod expression;
mod fault;
mod functions;
mod json;
mod kind;
mod lazy_map;
mod patterns;
#[cfg(test)]
mod tests;
mod variables;
mod vocabulary;

pub use cel::Value;
pub use condition::Condition;
pub use error::ExpressionError;
pub use expression::Expression;
