//! The version in what programs say about themselves.

use std::path::Path;
use std::process::{Command, Stdio};

/// What the program answers when asked by `argument`; `None` if that holds no version.
pub(crate) fn version_of(program: &Path, argument: &str) -> Option<String> {
    let mut command = Command::new(program);
    let output = command.arg(argument).stdin(Stdio::null()).output().ok()?;
    // nginx answers on stderr.
    let said = [output.stdout, output.stderr].concat();
    find_version(&String::from_utf8_lossy(&said)).map(str::to_owned)
}

/// The first thing that looks like `1.2.3`.
fn find_version(text: &str) -> Option<&str> {
    text.split(|c: char| !c.is_ascii_digit() && c != '.')
        .map(|word| word.trim_matches('.'))
        .find(|word| word.split('.').count() >= 3 && !word.contains(".."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_in_any_phrase() {
        assert_eq!(
            find_version("nginx version: nginx/1.22.1\n"),
            Some("1.22.1")
        );
        assert_eq!(
            find_version("HAProxy version 2.6.12-1+deb12u4 2025/10/03 - https://haproxy.org/"),
            Some("2.6.12")
        );
        assert_eq!(
            find_version("envoy  version: 0a1b2c/1.40.0/Clean/RELEASE/BoringSSL"),
            Some("1.40.0")
        );
        assert_eq!(find_version("wrk debian/4.1.0-3 [epoll]"), Some("4.1.0"));
        assert_eq!(find_version("no version, 2012."), None);
    }
}
