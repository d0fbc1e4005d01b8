//! Claims as values.

use std::collections::HashMap;

use cel::common::types::{
    CelBool, CelDouble, CelInt, CelList, CelMap, CelMapKey, CelNull, CelString, CelUInt,
};
use cel::common::value::Val;
use serde_json::{Number, Value};

/// A JSON value; its strings are borrowed.
pub(super) fn value(json: &Value) -> Box<dyn Val + '_> {
    match json {
        Value::Null => Box::new(CelNull),
        Value::Bool(value) => Box::new(CelBool::from(*value)),
        Value::Number(value) => number(value),
        Value::String(text) => Box::new(CelString::from(text.as_str())),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(value).collect();
            Box::new(CelList::from(items))
        }
        Value::Object(fields) => {
            let entries = fields.iter();
            let entries: HashMap<_, _> = entries
                .map(|(name, field)| (CelMapKey::from(name.as_str()), value(field)))
                .collect();
            Box::new(CelMap::from(entries))
        }
    }
}

/// A list of strings.
pub(super) fn strings(items: &[String]) -> Box<dyn Val + '_> {
    let items = items.iter();
    let items: Vec<Box<dyn Val + '_>> = items
        .map(|item| Box::new(CelString::from(item.as_str())) as _)
        .collect();
    Box::new(CelList::from(items))
}

fn number<'a>(number: &Number) -> Box<dyn Val + 'a> {
    if let Some(number) = number.as_i64() {
        Box::new(CelInt::from(number))
    } else if let Some(number) = number.as_u64() {
        Box::new(CelUInt::from(number))
    } else {
        Box::new(CelDouble::from(number.as_f64().unwrap_or(f64::NAN)))
    }
}
