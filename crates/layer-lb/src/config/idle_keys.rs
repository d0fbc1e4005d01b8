//! Keys of an upstream that would do nothing beside the others.

use gateway_core::config::{ConfigError, ConfigErrors, Span};

use super::UpstreamConfig;

impl UpstreamConfig {
    /// Finds keys that would do nothing.
    pub(super) fn check_idle_keys(&self, errors: &mut ConfigErrors) {
        let found = [self.tls_without_https(), self.shed_without_limit()];
        for error in found.into_iter().flatten() {
            errors.push(error);
        }
    }

    /// Whoever writes `tls` believes that it is spoken.
    fn tls_without_https(&self) -> Option<ConfigError> {
        let has_tls = self.tls.is_some();
        match &self.discover {
            Some(discover) if has_tls && !discover.may_be_tls() => Some(
                ConfigError::new("`tls` does nothing: these endpoints are spoken to without TLS")
                    .at(discover.span())
                    .help("add `scheme = \"https\"`, or leave `tls` out"),
            ),
            // What a file or etcd will name is not known yet.
            Some(_) => None,
            None => {
                let is_spoken = self.endpoints.iter().any(|endpoint| endpoint.url.is_tls());
                (has_tls && !is_spoken && !self.endpoints.is_empty()).then(|| {
                    ConfigError::new("`tls` does nothing: no endpoint has it")
                        .at(self.endpoints.span())
                        .help("write \"https://\", or leave `tls` out")
                })
            }
        }
    }

    /// A share of no limit is no limit.
    fn shed_without_limit(&self) -> Option<ConfigError> {
        let places = [self.shed.background.span(), self.shed.default.span()];
        let place = places.into_iter().find(|place| *place != Span::default())?;
        let is_limited = self.limits.requests.is_some() || self.concurrency.is_some();
        (!is_limited).then(|| {
            ConfigError::new("`shed` does nothing: the upstream takes any number of requests")
                .at(place)
                .help("give it `limits = { requests = … }` or `concurrency = \"adaptive\"`")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::findings;

    const PLAIN: &str = "endpoints = [\"http://a\", \"unix:/run/a.sock\"]";
    const ANY: &str = "tls = { danger-accept-any-certificate = true }";

    #[track_caller]
    fn assert_shown(text: &str, message: &str, place: &str) {
        let shown = findings(text);
        let place = format!("gateway.toml:{place}\n");
        assert!(
            shown.contains(message) && shown.contains(&place),
            "{message} at {place} in\n{shown}"
        );
    }

    #[test]
    fn tls_that_nobody_speaks_is_shown() {
        let message = "`tls` does nothing: no endpoint has it";
        assert_shown(&format!("{PLAIN}\n{ANY}"), message, "1:13");
        let dns = "discover = { dns = \"orders.internal:443\" }";
        let message = "`tls` does nothing: these endpoints are spoken to without TLS";
        assert_shown(&format!("{dns}\n{ANY}"), message, "1:12");
    }

    #[test]
    fn tls_that_somebody_may_speak_is_right() {
        for endpoints in [
            "endpoints = [\"http://a\", \"https://b\"]",
            "discover = { file = \"endpoints.toml\" }",
            "discover = { dns = \"orders.internal:443\", scheme = \"https\" }",
        ] {
            assert_eq!(findings(&format!("{endpoints}\n{ANY}")), "");
        }
    }

    #[test]
    fn shares_of_no_limit_are_shown() {
        let message = "`shed` does nothing: the upstream takes any number of requests";
        let shed = "shed = { background = \"50%\" }";
        assert_shown(&format!("{PLAIN}\n{shed}"), message, "2:23");
        assert_eq!(
            findings(&format!("{PLAIN}\n{shed}\nlimits = {{ requests = 10 }}")),
            ""
        );
    }

    #[test]
    fn a_contradiction_of_a_default_points_at_what_stands_there() {
        for (value, message, place) in [
            (
                "ejection = { time = \"10min\" }",
                "`max-time` lies between `time`, 10min, and 1d",
                "2:21",
            ),
            (
                "circuit-breaker = { open = \"2min\" }",
                "`max-open`, 1min, is shorter than `open`, 2min",
                "2:28",
            ),
            (
                "concurrency = { min = 2000 }",
                "`max`, 1000, is less than `min`, 2000",
                "2:23",
            ),
            (
                "concurrency = { window = \"10s\" }",
                "no time between two probes",
                "2:26",
            ),
            (
                "limits = { requests = 9 }\nshed = { default = \"50%\" }",
                "`background`, 70%, may not have more room than `default`, 50%",
                "3:20",
            ),
            (
                "retry = { backoff = { max = \"1ms\" } }",
                "the longest wait, 1ms, is shorter than the first, 25ms",
                "2:29",
            ),
        ] {
            assert_shown(&format!("{PLAIN}\n{value}"), message, place);
        }
    }
}
