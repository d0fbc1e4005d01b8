//! The types that configurations are made of, one file each.

mod byte_rate;
mod byte_size;
mod cidr;
mod duration;
mod header_name;
mod header_value;
mod method;
mod percent;
mod quantity;
mod rate;
mod regex;
mod secret;
mod status;

pub use byte_rate::ByteRate;
pub use byte_size::ByteSize;
pub use cidr::Cidr;
pub use duration::Duration;
pub use header_name::HeaderName;
pub use header_value::HeaderValue;
pub use method::Method;
pub use percent::Percent;
pub use rate::Rate;
pub use regex::Regex;
pub use secret::Secret;
pub use status::Status;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Text;

    /// What the schema promises must be true: its examples can be read, and its pattern takes them.
    fn promises_hold<T: Text>() {
        assert!(!T::EXAMPLES.is_empty());
        let pattern = T::PATTERN.map(|pattern| ::regex::Regex::new(pattern).unwrap());
        for example in T::EXAMPLES {
            let shown = T::from_text(example).unwrap().to_string();
            assert!(T::from_text(&shown).is_ok(), "{shown} cannot be read again");
            assert!(
                pattern
                    .as_ref()
                    .is_none_or(|pattern| pattern.is_match(example)),
                "{example}"
            );
        }
    }

    #[test]
    fn the_schemas_of_all_types() {
        promises_hold::<ByteRate>();
        promises_hold::<ByteSize>();
        promises_hold::<Cidr>();
        promises_hold::<Duration>();
        promises_hold::<HeaderName>();
        promises_hold::<HeaderValue>();
        promises_hold::<Method>();
        promises_hold::<Percent>();
        promises_hold::<Rate>();
        promises_hold::<Regex>();
    }

    #[test]
    fn a_default_appears_in_the_schema_as_it_is_written() {
        #[derive(serde::Deserialize, schemars::JsonSchema)]
        struct Timeout {
            #[serde(default = "five_seconds")]
            #[expect(dead_code, reason = "its schema is looked at")]
            connect: Duration,
        }

        fn five_seconds() -> Duration {
            Duration::from_secs(5)
        }

        let schema = schemars::schema_for!(Timeout);
        let connect = schema.pointer("/properties/connect").unwrap();
        assert_eq!(connect["default"], "5s");
        let duration = schema.pointer("/$defs/Duration").unwrap();
        assert_eq!(duration["type"], "string");
        assert!(
            duration["description"]
                .as_str()
                .unwrap()
                .starts_with("A length of time")
        );
        assert!(duration["pattern"].is_string() && duration["examples"].is_array());
    }
}
