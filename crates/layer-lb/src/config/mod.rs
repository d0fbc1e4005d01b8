//! What the operator writes about an upstream.

mod balance;
mod certificate_name;
mod endpoint;
mod endpoint_url;
mod keep_alive;
mod limits;
mod pem_file;
mod protocol;
mod proxy_protocol;
mod timeout;
mod tls;
mod upstream;

pub use balance::BalanceConfig;
pub use certificate_name::CertificateName;
pub use endpoint::{EndpointConfig, EndpointTable};
pub use endpoint_url::EndpointUrl;
pub use keep_alive::KeepAliveConfig;
pub use limits::LimitsConfig;
pub use pem_file::{CertificateFile, KeyFile};
pub use protocol::Protocol;
pub use proxy_protocol::ProxyProtocol;
pub use timeout::TimeoutConfig;
pub use tls::TlsConfig;
pub use upstream::UpstreamConfig;
