//! A list of endpoints, wherever it stands.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use gateway_core::config::{ConfigError, ConfigErrors, Located, Span};

use super::EndpointConfig;

/// The largest weight of an endpoint.
const MAX_WEIGHT: u32 = 1000;

/// The last tier of endpoints.
const MAX_PRIORITY: u32 = 15;

/// A list of endpoints, as `endpoints` has it.
pub(crate) type EndpointList = Located<Vec<Located<EndpointConfig>>>;

/// Finds what is wrong with a list beyond its form: nothing in it, an endpoint that stands there twice, a weight
/// outside of its range.
pub(crate) fn check_endpoints(endpoints: &EndpointList, errors: &mut ConfigErrors) {
    if endpoints.is_empty() {
        let error = ConfigError::new("an upstream needs at least one endpoint")
            .help("write where the service runs, such as \"http://10.0.0.5:9000\"");
        errors.push(match endpoints.span() {
            // The key is missing, so that only the upstream has a place.
            span if span == Span::default() => error,
            span => error.at(span),
        });
    }
    let mut earlier: HashMap<_, &Located<EndpointConfig>> = HashMap::with_capacity(endpoints.len());
    for endpoint in endpoints.iter() {
        match earlier.entry(endpoint.url.to_string()) {
            Entry::Occupied(first) => errors.push(duplicate(first.get(), endpoint)),
            Entry::Vacant(place) => {
                place.insert(endpoint);
            }
        }
        errors.extend(wrong_weight(endpoint));
        errors.extend(wrong_priority(endpoint));
    }
}

fn duplicate(first: &Located<EndpointConfig>, second: &Located<EndpointConfig>) -> ConfigError {
    ConfigError::new(format!("`{}` stands here twice", second.url))
        .at(second.span())
        .related(first.span(), "the first is here")
        .help("to send it more requests, give it a `weight`")
}

/// What is wrong with the weight of `endpoint`, if anything.
pub(crate) fn wrong_weight(endpoint: &EndpointConfig) -> Option<ConfigError> {
    let weight = endpoint.weight;
    (!(1..=MAX_WEIGHT).contains(&*weight)).then(|| {
        let error = ConfigError::new(format!("a weight is a number from 1 to {MAX_WEIGHT}"));
        match *weight {
            0 => error
                .at(weight.span())
                .help("leave the endpoint out to send it nothing"),
            _ => error.at(weight.span()),
        }
    })
}

/// What is wrong with the priority of `endpoint`, if anything.
pub(crate) fn wrong_priority(endpoint: &EndpointConfig) -> Option<ConfigError> {
    let priority = endpoint.priority;
    (*priority > MAX_PRIORITY).then(|| {
        let message = format!("a priority is a number from 0 to {MAX_PRIORITY}");
        ConfigError::new(message)
            .at(priority.span())
            .help("0 comes first, then 1, and so on")
    })
}
