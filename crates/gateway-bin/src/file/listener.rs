//! `[listeners.NAME]`

use std::ops::RangeInclusive;

use gateway_core::config::{Cidr, ConfigErrors, Located};
use gateway_core::head::TrustedProxies;
use schemars::JsonSchema;
use serde::Deserialize;

use super::bounds::number_within;
use super::{BindAddress, Http2Config, HttpConfig};
use crate::server::ConnectionLimits;

/// What `max-connections` may be.
const CONNECTIONS: RangeInclusive<u32> = 1..=10_000_000;

/// An address on which clients are served: HTTP/1.1, and HTTP/2 for clients that begin with it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ListenerConfig {
    /// Address and port, such as `0.0.0.0:8080`; port 0 lets the system choose.
    pub bind: Located<BindAddress>,
    /// Networks of the proxies before us whose `X-Forwarded-*` fields are believed; none by default.
    #[serde(default)]
    pub trusted_proxies: Vec<Cidr>,
    /// Most clients that may be connected at once; one more is closed at once. When left out, what the
    /// process's limit of open files leaves: half of it belongs to connections to upstreams.
    #[schemars(range(min = 1, max = 10_000_000))]
    pub max_connections: Option<Located<u32>>,
    /// Limits of a connection.
    #[serde(default)]
    pub http: HttpConfig,
    /// Limits of an HTTP/2 connection, beside those of `http`.
    #[serde(default)]
    pub http2: Http2Config,
}

impl ListenerConfig {
    /// The proxies that are believed.
    pub fn trusted(&self) -> TrustedProxies {
        self.trusted_proxies.iter().map(|cidr| cidr.get()).collect()
    }

    /// Most clients at once, where this is said.
    ///
    /// # Errors
    /// When the number is out of range.
    pub fn max_connections(&self) -> Result<Option<usize>, ConfigErrors> {
        let Some(count) = &self.max_connections else {
            return Ok(None);
        };
        let count = number_within(CONNECTIONS, "max-connections", count)?;
        Ok(Some(usize::try_from(count).unwrap_or(usize::MAX)))
    }

    /// What it allows a connection.
    ///
    /// # Errors
    /// Every limit that is out of range.
    pub fn limits(&self) -> Result<ConnectionLimits, ConfigErrors> {
        let (mut errors, mut limits) = (ConfigErrors::new(), ConnectionLimits::default());
        self.http.limit(&mut limits, &mut errors);
        self.http2.limit(&mut limits, &mut errors);
        errors.or(limits)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use gateway_core::config::Source;

    use super::*;
    use crate::Gateway;
    use crate::server::BodyPace;

    /// The plan of a listener with these keys.
    fn plan(keys: &str) -> crate::compose::ListenerPlan {
        let file = format!("[listeners.public]\nbind = \"127.0.0.1:0\"\n{keys}\n");
        let source = Source::new("portcullis.toml", file);
        let configuration = Gateway::new().load(&source).unwrap();
        configuration.listeners[0].clone()
    }

    #[test]
    fn every_limit_can_be_set() {
        let plan = plan(
            r#"
            max-connections = 7
            http2 = { max-streams = 8, ping-interval = "9s", ping-timeout = "11s" }
            [listeners.public.http]
            first-byte-timeout = "1s"
            header-timeout = "2s"
            idle-timeout = "3s"
            write-timeout = "4s"
            body = { grace = "5s", rate = "1KiB/s" }
            max-age = "6min"
            max-requests = 12
            max-header-size = "16KiB"
            "#,
        );
        assert_eq!(plan.max_connections, Some(7));
        // Named one by one, so that a new limit without a key does not compile.
        let ConnectionLimits {
            first_byte_timeout,
            header_timeout,
            idle_timeout,
            write_timeout,
            body,
            max_age,
            max_requests,
            header_size,
            fields: _, // of `[gateway.head]`
            streams,
            ping_interval,
            ping_timeout,
        } = plan.limits;
        let seconds = Duration::from_secs;
        assert_eq!(
            [first_byte_timeout, header_timeout, idle_timeout],
            [seconds(1), seconds(2), seconds(3)]
        );
        assert_eq!([write_timeout, max_age], [seconds(4), seconds(360)]);
        let (grace, rate) = (seconds(5), 1024);
        assert_eq!(body, BodyPace { grace, rate });
        assert_eq!((max_requests, header_size, streams), (12, 16 * 1024, 8));
        assert_eq!([ping_interval, ping_timeout], [seconds(9), seconds(11)]);
    }

    #[test]
    fn the_defaults_of_the_schema_are_those_of_the_server() {
        let schema = schemars::schema_for!(ListenerConfig).to_value();
        let default = |table: &str, key: &str| {
            let default = &schema["$defs"][table]["properties"][key]["default"];
            match default {
                serde_json::Value::String(text) => format!("{key} = {text:?}"),
                number => format!("{key} = {number}"),
            }
        };
        let http = [
            "first-byte-timeout",
            "header-timeout",
            "idle-timeout",
            "write-timeout",
            "max-age",
            "max-requests",
            "max-header-size",
        ];
        let tables = [
            ("http", "HttpConfig", &http[..]),
            ("http.body", "BodyPaceConfig", &["grace", "rate"]),
            (
                "http2",
                "Http2Config",
                &["max-streams", "ping-interval", "ping-timeout"],
            ),
        ];
        let mut keys = String::new();
        for (table, of, names) in tables {
            keys.push_str(&format!("[listeners.public.{table}]\n"));
            for name in names {
                keys.push_str(&format!("{}\n", default(of, name)));
            }
        }
        assert_eq!(plan(&keys).limits, plan("").limits, "{keys}");
    }
}
