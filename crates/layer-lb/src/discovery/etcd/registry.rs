//! What the keys in etcd say.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::super::{Event, Fault};
use super::endpoint;
use crate::config::EndpointConfig;

/// The most keys of one upstream.
pub(super) const MOST_KEYS: usize = 10_000;
/// So many wrong keys are named in the log.
const MOST_NAMED: usize = 5;

/// What the keys in etcd say: an endpoint each. A key that says nothing sensible means what it said last.
#[derive(Debug, Default)]
pub(super) struct Registry(BTreeMap<Vec<u8>, Entry>);

#[derive(Debug)]
struct Entry {
    endpoint: Option<EndpointConfig>,
    flaw: Option<String>,
}

impl Registry {
    /// These are all keys now, with their values.
    pub(super) fn replace(&mut self, pairs: impl IntoIterator<Item = (Vec<u8>, Vec<u8>)>) {
        let mut before = std::mem::take(&mut self.0);
        for (key, value) in pairs {
            let last = before.remove(&key);
            self.0.insert(key, Entry::new(&value, last));
        }
    }

    /// `key` has this value now.
    pub(super) fn put(&mut self, key: Vec<u8>, value: &[u8]) {
        let last = self.0.remove(&key);
        self.0.insert(key, Entry::new(value, last));
    }

    /// `key` is gone.
    pub(super) fn delete(&mut self, key: &[u8]) {
        self.0.remove(key);
    }

    /// Whether there are more keys than are taken.
    pub(super) fn is_too_large(&self) -> bool {
        self.0.len() > MOST_KEYS
    }

    /// The endpoints, in the order of their keys, each once.
    pub(super) fn event(&self) -> Event {
        if self.is_too_large() {
            return Event::Failed(Fault::refused(format!(
                "there are more than {MOST_KEYS} keys"
            )));
        }
        let mut seen = BTreeSet::new();
        let endpoints = self.0.values().filter_map(|entry| entry.endpoint.clone());
        let endpoints = endpoints.filter(|endpoint| seen.insert(endpoint.url.to_string()));
        Event::Found {
            endpoints: endpoints.collect(),
            // Whatever changes is told.
            good_for: Duration::ZERO,
            flaw: self.flaw(),
        }
    }

    fn flaw(&self) -> Option<Fault> {
        let flaws = self.0.iter().filter_map(|(key, entry)| {
            let flaw = entry.flaw.as_ref()?;
            Some(format!("`{}`: {flaw}", key.escape_ascii()))
        });
        let named: Vec<String> = flaws.take(MOST_NAMED).collect();
        (!named.is_empty()).then(|| Fault::refused(named.join("; ")))
    }
}

impl Entry {
    fn new(value: &[u8], last: Option<Self>) -> Self {
        match endpoint(value) {
            Ok(endpoint) => Self {
                endpoint: Some(endpoint),
                flaw: None,
            },
            Err(flaw) => Self {
                endpoint: last.and_then(|last| last.endpoint),
                flaw: Some(flaw),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registry(pairs: &[(&str, &str)]) -> Registry {
        let mut registry = Registry::default();
        replace(&mut registry, pairs);
        registry
    }

    fn replace(registry: &mut Registry, pairs: &[(&str, &str)]) {
        let pairs = pairs
            .iter()
            .map(|(key, value)| (key.as_bytes().to_vec(), value.as_bytes().to_vec()));
        registry.replace(pairs);
    }

    fn shown(registry: &Registry) -> (Vec<String>, Option<String>) {
        let Event::Found {
            endpoints, flaw, ..
        } = registry.event()
        else {
            panic!("too large");
        };
        let urls = endpoints
            .iter()
            .map(|endpoint| endpoint.url.authority().to_owned());
        (urls.collect(), flaw.map(|flaw| flaw.cause))
    }

    #[test]
    fn keys_come_and_go() {
        let mut registry = registry(&[("/b", "http://b"), ("/a", "http://a")]);
        assert_eq!(shown(&registry).0, ["a:80", "b:80"]);
        registry.put(b"/c".into(), b"http://c");
        registry.delete(b"/a");
        registry.delete(b"/never");
        assert_eq!(shown(&registry).0, ["b:80", "c:80"]);
        replace(&mut registry, &[("/c", "http://c")]);
        assert_eq!(shown(&registry), (vec!["c:80".to_owned()], None));
    }

    #[test]
    fn a_place_that_two_keys_name_is_one_endpoint() {
        assert_eq!(
            shown(&registry(&[("/1", "http://a"), ("/2", "http://A:80")])).0,
            ["a:80"]
        );
    }

    #[test]
    fn a_key_that_is_wrong_means_what_it_said_before() {
        let mut registry = registry(&[("/a", "http://a"), ("/b", "http://b"), ("/x", "?")]);
        let (urls, flaw) = shown(&registry);
        assert_eq!(urls, ["a:80", "b:80"]);
        assert!(flaw.unwrap().starts_with("`/x`: expected the URL"));
        registry.delete(b"/x");
        assert_eq!(shown(&registry).1, None);
        registry.put(b"/a".into(), b"a:80");
        assert_eq!(shown(&registry).0, ["a:80", "b:80"]);
        // Read again as a whole, it is no other.
        replace(&mut registry, &[("/a", "a:80"), ("/b", "http://b")]);
        let (urls, flaw) = shown(&registry);
        assert_eq!(urls, ["a:80", "b:80"]);
        assert!(flaw.is_some());
        replace(&mut registry, &[("/b", "http://b")]);
        assert_eq!(shown(&registry), (vec!["b:80".to_owned()], None));
    }

    #[test]
    fn too_many_keys_are_refused() {
        let mut registry = Registry::default();
        let key = |number: usize| (number.to_be_bytes().to_vec(), b"http://a".to_vec());
        registry.replace((0..=MOST_KEYS).map(key));
        assert!(registry.is_too_large());
        assert!(matches!(registry.event(), Event::Failed(_)));
    }
}
