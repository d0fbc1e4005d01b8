//! Which requests a route is for.

use gateway_core::config::{ConfigError, ConfigErrors, Located, Method};
use gateway_core::expression::Condition;
use http::request::Parts;

use super::conditions::Conditions;
use super::field_test::FieldTest;
use super::hosts::Hosts;
use super::method_match::MethodMatch;
use super::value_test_config::NamedTests;
use super::{Field, HostPattern, Loss, MatchConfig, MethodSet, PathPattern};
use crate::admission;

/// Which requests a route is for, ready to be matched.
#[derive(Debug)]
pub struct Pattern {
    pub(super) hosts: Box<[HostPattern]>,
    pub(super) path: PathPattern,
    pub(super) methods: MethodMatch,
    pub(super) conditions: Conditions,
}

impl Pattern {
    /// What `config` means.
    ///
    /// # Errors
    /// Lists that are empty, so that nothing could match, and things that are listed twice.
    pub fn new(config: MatchConfig) -> Result<Self, ConfigErrors> {
        let mut errors = ConfigErrors::new();
        let hosts = hosts(config.host, &mut errors);
        let methods = methods(config.methods, &mut errors);
        let mut fields = Vec::new();
        let header = |name: gateway_core::config::HeaderName| Field::Header(name.into_inner());
        add(config.headers, header, &mut fields, &mut errors);
        add(
            config.cookies,
            |name| Field::Cookie(name.into()),
            &mut fields,
            &mut errors,
        );
        add(
            config.query,
            |name| Field::Query(name.into()),
            &mut fields,
            &mut errors,
        );
        let when = config
            .when
            .and_then(|when| errors.take(known_by_then(when)));
        errors.or(Self {
            hosts,
            path: config.path.unwrap_or_else(PathPattern::any),
            methods,
            conditions: Conditions::new(fields, when),
        })
    }

    /// The hosts.
    pub fn hosts(&self) -> &[HostPattern] {
        &self.hosts
    }

    /// The paths.
    pub fn path(&self) -> &PathPattern {
        &self.path
    }

    /// The methods that are named; without any the route is for the usual ones.
    pub fn methods(&self) -> Option<&MethodSet> {
        self.methods.named()
    }

    /// The CEL condition.
    pub fn when(&self) -> Option<&Condition> {
        self.conditions.when()
    }

    /// Whether a request on a host and path that fit meets the rest.
    pub(super) fn meets(&self, parts: &Parts) -> bool {
        self.methods.matches(&parts.method) && self.conditions.check(parts).is_ok()
    }

    /// Whether a request meets everything; the host is canonical.
    pub(super) fn check<'a>(&'a self, parts: &'a Parts, host: &'a str) -> Result<(), Loss<'a>> {
        if !self.hosts.iter().any(|pattern| pattern.matches(host)) {
            return Err(Loss::Host {
                found: host,
                wanted: &self.hosts,
            });
        }
        let path = parts.uri.path();
        self.path
            .check(path)
            .map_err(|mismatch| Loss::Path { mismatch })?;
        if !self.methods.matches(&parts.method) {
            return Err(Loss::Method {
                found: parts.method.as_str(),
                wanted: self.methods.iter().map(http::Method::as_str).collect(),
            });
        }
        self.conditions
            .check(parts)
            .map_err(|unmet| Loss::unmet(unmet, parts))
    }
}

/// A condition that reads only what is known before the route is.
fn known_by_then(when: Located<Condition>) -> Result<Condition, ConfigError> {
    let known = admission::facts();
    match when
        .needs()
        .iter()
        .find(|fact| !known.provided().contains(fact))
    {
        None => Ok(when.into_inner()),
        Some(fact) => Err(ConfigError::new(format!(
            "the fact `{}` is not known while the route is being chosen",
            fact.name()
        ))
        .at(when.span())
        .help("a route is chosen by `request` and `client`; give a layer a `when` for the rest")),
    }
}

fn hosts(config: Option<Located<Hosts>>, errors: &mut ConfigErrors) -> Box<[HostPattern]> {
    let Some(config) = config else {
        return [HostPattern::Any].into();
    };
    let (span, mut hosts) = (config.span(), Vec::new());
    for host in config.into_inner().0 {
        if hosts.contains(&*host) {
            errors.push(ConfigError::new(format!("`{host}` is listed twice")).at(host.span()));
        } else {
            hosts.push(host.into_inner());
        }
    }
    if hosts.is_empty() {
        let error = ConfigError::new("a route without any host can never match").at(span);
        errors.push(error.help("leave `host` out to match every host"));
    }
    hosts.into()
}

fn methods(
    config: Option<Located<Vec<Located<Method>>>>,
    errors: &mut ConfigErrors,
) -> MethodMatch {
    let Some(config) = config else {
        return MethodMatch::Usual;
    };
    let mut set = MethodSet::default();
    for method in config.iter() {
        if !set.insert(method) {
            errors.push(ConfigError::new(format!("`{method}` is listed twice")).at(method.span()));
        }
    }
    if set.is_empty() {
        let error =
            ConfigError::new("a route without any method can never match").at(config.span());
        errors.push(error.help("leave `methods` out to match the usual ones"));
    }
    MethodMatch::Named(set)
}

fn add<N: Clone>(
    config: NamedTests<N>,
    field: impl Fn(N) -> Field,
    tests: &mut Vec<FieldTest>,
    errors: &mut ConfigErrors,
) {
    for (name, test) in config.0 {
        let span = name.span();
        let field = field(name.into_inner());
        if tests.iter().any(|known| known.field == field) {
            let error = ConfigError::new(format!("the {field} is listed twice")).at(span);
            errors.push(error.help("upper and lower case are the same in the name of a header"));
        }
        tests.push(FieldTest { field, test });
    }
}

#[cfg(test)]
mod tests {
    use crate::routing::testing::{headlines, routes, table};

    #[test]
    fn what_is_wrong_with_a_value_is_shown_at_the_value() {
        let shown = table(&routes([
            "host = ['a.b:80'], path = '/a//b', methods = ['get'], hosts = 1, query = { b = 3 }",
            "path = { regex = '/a(' }, headers = { a = { regexp = 'x' } }, when = 'request.metod'",
        ]));
        assert_eq!(
            shown.unwrap_err(),
            "\
error: `a.b:80` has a port
 --> gateway.toml:3:19
  |
3 | match = { host = ['a.b:80'], path = '/a//b', methods = ['get'], hosts = 1, query = { b = 3 } }
  |                   ^^^^^^^^
  |
  = help: routes do not look at the port: write `a.b`

error: `/a//b` can never match
 --> gateway.toml:3:37
  |
3 | match = { host = ['a.b:80'], path = '/a//b', methods = ['get'], hosts = 1, query = { b = 3 } }
  |                                     ^^^^^^^
  |
  = help: paths are made canonical first: write `/a/b`

error: methods are written in upper case
 --> gateway.toml:3:57
  |
3 | match = { host = ['a.b:80'], path = '/a//b', methods = ['get'], hosts = 1, query = { b = 3 } }
  |                                                         ^^^^^
  |
  = help: write \"GET\"

error: unknown key `hosts`
 --> gateway.toml:3:65
  |
3 | match = { host = ['a.b:80'], path = '/a//b', methods = ['get'], hosts = 1, query = { b = 3 } }
  |                                                                 ^^^^^
  |
  = help: did you mean `host`?

error: expected a value, { regex = '…' } or { present = true }, found the number 3
 --> gateway.toml:3:90
  |
3 | match = { host = ['a.b:80'], path = '/a//b', methods = ['get'], hosts = 1, query = { b = 3 } }
  |                                                                                          ^

error: bad regular expression: unclosed group
 --> gateway.toml:7:31
  |
7 | match = { path = { regex = '/a(' }, headers = { a = { regexp = 'x' } }, when = 'request.metod' }
  |                               ^

error: unknown key `regexp`
 --> gateway.toml:7:55
  |
7 | match = { path = { regex = '/a(' }, headers = { a = { regexp = 'x' } }, when = 'request.metod' }
  |                                                       ^^^^^^
  |
  = help: did you mean `regex`?

error: `request` has no member `metod`
 --> gateway.toml:7:89
  |
7 | match = { path = { regex = '/a(' }, headers = { a = { regexp = 'x' } }, when = 'request.metod' }
  |                                                                                         ^^^^^
  |
  = help: did you mean `request.method`?
"
        );
    }

    #[test]
    fn what_is_wrong_with_a_list_is_shown_in_the_list() {
        let shown = table(&routes([
            "host = ['a.b', 'A.b.'], methods = [], headers = { x = '1', X = '2' }",
        ]));
        assert_eq!(
            shown.unwrap_err(),
            "\
error: `a.b` is listed twice
 --> gateway.toml:3:26
  |
3 | match = { host = ['a.b', 'A.b.'], methods = [], headers = { x = '1', X = '2' } }
  |                          ^^^^^^

error: a route without any method can never match
 --> gateway.toml:3:45
  |
3 | match = { host = ['a.b', 'A.b.'], methods = [], headers = { x = '1', X = '2' } }
  |                                             ^^
  |
  = help: leave `methods` out to match the usual ones

error: the header x is listed twice
 --> gateway.toml:3:70
  |
3 | match = { host = ['a.b', 'A.b.'], methods = [], headers = { x = '1', X = '2' } }
  |                                                                      ^
  |
  = help: upper and lower case are the same in the name of a header
"
        );
        let shown = table(&routes(["host = [], methods = ['GET', 'GET']"])).unwrap_err();
        let messages = [
            "a route without any host can never match",
            "`GET` is listed twice",
        ];
        assert_eq!(headlines(&shown), messages);
    }
}
