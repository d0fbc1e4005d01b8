//! Maps that look into the request when they are asked.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::OnceLock;

use cel::ExecutionError;
use cel::common::traits::{Container, Indexer, Iterable, Iterator as ValIterator, Sizer};
use cel::common::types::{CelInt, CelString, MAP_TYPE, Type};
use cel::common::value::{CowVal, Val};
use http::HeaderMap;
use serde_json::{Map, Value};

use super::json;
use super::variables::Variables;
use super::vocabulary::Namespace;
use crate::facts::PathParameters;
use crate::head::{cookies, query};

/// Where a map looks.
#[derive(Clone, Copy, Debug)]
pub(super) enum Source<'a> {
    /// The members of a top-level variable.
    Members(Namespace, Variables<'a>),
    Headers(&'a HeaderMap),
    Cookies(&'a HeaderMap),
    Query(&'a str),
    Parameters(&'a PathParameters),
    Claims(&'a Map<String, Value>),
}

/// A map that looks into the request when it is asked; only going over its keys collects them.
#[derive(Debug)]
pub(super) struct LazyMap<'a> {
    source: Source<'a>,
    keys: OnceLock<Vec<CelString<'a>>>,
}

impl<'a> LazyMap<'a> {
    pub(super) fn new(source: Source<'a>) -> Self {
        Self {
            source,
            keys: OnceLock::new(),
        }
    }

    fn find(&self, key: &str) -> Option<Box<dyn Val + 'a>> {
        match self.source {
            Source::Members(namespace, variables) => variables.member(namespace, key),
            Source::Headers(headers) => header(headers, key),
            Source::Cookies(headers) => cookies::find(headers, key).map(string),
            Source::Query(text) => {
                query::pairs(text).find_map(|(name, value)| (name == key).then(|| string(value)))
            }
            Source::Parameters(parameters) => parameters.get(key).map(string),
            Source::Claims(claims) => claims.get(key).map(json::value),
        }
    }

    fn keys(&self) -> &[CelString<'a>] {
        self.keys.get_or_init(|| {
            let keys: BTreeSet<Cow<'a, str>> = match self.source {
                Source::Members(..) => BTreeSet::new(),
                Source::Headers(headers) => {
                    headers.keys().map(|name| name.as_str().into()).collect()
                }
                Source::Cookies(headers) => cookies::pairs(headers)
                    .map(|(name, _)| name.into())
                    .collect(),
                Source::Query(text) => query::pairs(text).map(|(name, _)| name).collect(),
                Source::Parameters(parameters) => {
                    parameters.iter().map(|(name, _)| name.into()).collect()
                }
                Source::Claims(claims) => claims.keys().map(|name| name.as_str().into()).collect(),
            };
            keys.into_iter().map(CelString::from).collect()
        })
    }
}

/// A string as a value.
pub(super) fn string<'a>(text: impl Into<Cow<'a, str>>) -> Box<dyn Val + 'a> {
    Box::new(CelString::from(text.into()))
}

/// All lines of a field, joined as RFC 9110, section 5.3, says.
fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<Box<dyn Val + 'a>> {
    let mut lines = headers.get_all(name).iter();
    let first = String::from_utf8_lossy(lines.next()?.as_bytes());
    let joined = lines.fold(first, |joined, line| {
        joined + ", " + String::from_utf8_lossy(line.as_bytes())
    });
    Some(string(joined))
}

fn key<'b>(key: &'b (dyn Val + '_)) -> Option<&'b str> {
    key.downcast_ref::<CelString<'_>>().map(CelString::inner)
}

impl Val for LazyMap<'_> {
    fn get_type(&self) -> &Type {
        &MAP_TYPE
    }

    fn cel_type() -> &'static Type {
        &MAP_TYPE
    }

    fn as_container(&self) -> Option<&dyn Container> {
        Some(self)
    }

    fn as_indexer<'b, 'v>(&'b self) -> Option<&'b (dyn Indexer + 'v)>
    where
        Self: 'v,
    {
        Some(self)
    }

    fn as_iterable<'b, 'v>(&'b self) -> Option<&'b (dyn Iterable + 'v)>
    where
        Self: 'v,
    {
        Some(self)
    }

    fn as_sizer(&self) -> Option<&dyn Sizer> {
        Some(self)
    }

    fn clone_as_boxed<'v>(&self) -> Box<dyn Val + 'v>
    where
        Self: 'v,
    {
        Box::new(Self::new(self.source))
    }
}

impl Container for LazyMap<'_> {
    fn contains(&self, value: &dyn Val) -> Result<bool, ExecutionError> {
        Ok(key(value).is_some_and(|key| self.find(key).is_some()))
    }
}

impl Indexer for LazyMap<'_> {
    fn get<'b, 'v>(&'b self, index: &dyn Val) -> Result<CowVal<'b, 'v>, ExecutionError>
    where
        Self: 'v,
    {
        let key = key(index).ok_or_else(|| ExecutionError::UnexpectedType {
            got: index.get_type().name().to_owned(),
            want: "string".to_owned(),
        })?;
        match self.find(key) {
            Some(value) => Ok(CowVal::Owned(value)),
            None => Err(ExecutionError::no_such_key(key)),
        }
    }

    fn steal<'v>(self: Box<Self>, index: &dyn Val) -> Result<Box<dyn Val + 'v>, ExecutionError>
    where
        Self: 'v,
    {
        self.get(index).map(CowVal::into_owned)
    }
}

impl Sizer for LazyMap<'_> {
    fn size(&self) -> CelInt {
        CelInt::from(i64::try_from(self.keys().len()).unwrap_or(i64::MAX))
    }
}

impl Iterable for LazyMap<'_> {
    fn iter<'b, 'v>(&'b self) -> Box<dyn ValIterator<'b, 'v> + 'b>
    where
        Self: 'v,
    {
        Box::new(Keys(self.keys().iter()))
    }
}

struct Keys<'b, 'a>(std::slice::Iter<'b, CelString<'a>>);

impl<'b, 'v, 'a: 'v> ValIterator<'b, 'v> for Keys<'b, 'a> {
    fn next(&mut self) -> Option<&'b (dyn Val + 'v)> {
        self.0.next().map(|key| key as &(dyn Val + 'v))
    }
}
