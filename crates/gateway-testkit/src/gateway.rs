//! A gateway in the test's own process.

use std::io;
use std::net::SocketAddr;

use gateway_core::config::{Source, Style, render};
use portcullis::run::Running;

/// A gateway in the test's own process, on real sockets. Dropping it cuts everything.
#[derive(Debug)]
pub struct InProcessGateway(Running);

impl InProcessGateway {
    /// Starts a gateway with all layers of its own and the configuration `toml`. Port 0 in a `bind` is a port
    /// that the system chooses.
    ///
    /// # Errors
    /// `InvalidData` with everything that is wrong with `toml`, as an operator sees it; else when a port cannot
    /// be bound.
    pub fn start(toml: &str) -> io::Result<Self> {
        Self::start_with(&portcullis::Gateway::new(), toml)
    }

    /// As [`Self::start`], with the layers that `gateway` has.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub fn start_with(gateway: &portcullis::Gateway, toml: &str) -> io::Result<Self> {
        let source = Source::new("portcullis.toml", toml);
        let configuration = gateway.load(&source).map_err(|errors| {
            io::Error::new(
                io::ErrorKind::InvalidData,
                render(&source, &errors, Style::Plain),
            )
        })?;
        Ok(Self(configuration.start()?))
    }

    /// Where the listener `name` is reached.
    ///
    /// # Errors
    /// `NotFound` when the file has none of that name.
    pub fn address(&self, name: &str) -> io::Result<SocketAddr> {
        let unknown = || {
            io::Error::new(
                io::ErrorKind::NotFound,
                format!("no listener is called {name}"),
            )
        };
        self.0.address(name).ok_or_else(unknown)
    }

    /// Where `[admin]` is reached, if the file has it.
    pub fn admin_address(&self) -> Option<SocketAddr> {
        self.0.admin_address()
    }

    /// The gateway as the library sees it, to end it with care.
    pub fn into_running(self) -> Running {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::http_client::HttpClient;
    use crate::upstream::{Upstream, respond};
    use crate::wait::wait_until;

    fn configuration(upstream: &Upstream) -> String {
        let endpoint = upstream.url("");
        format!(
            "[listeners.public]\nbind = \"127.0.0.1:0\"\n\
             [upstreams.hello]\nendpoints = [\"{endpoint}\"]\n\
             [[routes]]\nname = \"all\"\nmatch = {{ path = \"/{{*rest}}\" }}\nupstream = \"hello\"\n"
        )
    }

    #[tokio::test]
    async fn requests_go_through_it_until_it_is_dropped() {
        let upstream = Upstream::start(respond::text("hello")).await.unwrap();
        let gateway = InProcessGateway::start(&configuration(&upstream)).unwrap();
        let address = gateway.address("public").unwrap();
        for client in [
            HttpClient::http1(address).await.unwrap(),
            HttpClient::http2(address).await.unwrap(),
        ] {
            let answer = client.get("http://api.example.com/greeting").await.unwrap();
            assert_eq!(
                (answer.status.as_u16(), answer.text()),
                (200, "hello".to_owned())
            );
        }
        assert_eq!(upstream.requests()[1].uri.path(), "/greeting");
        assert_eq!(
            gateway.address("private").unwrap_err().kind(),
            io::ErrorKind::NotFound
        );
        drop(gateway);
        let is_gone = async || tokio::net::TcpStream::connect(address).await.is_err();
        wait_until(Duration::from_secs(5), is_gone).await.unwrap();
    }

    #[tokio::test]
    async fn what_is_wrong_with_the_file_is_the_error() {
        let error = InProcessGateway::start("[listener.public]\n").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
        assert!(error.to_string().contains("portcullis.toml:1"), "{error}");
    }
}
