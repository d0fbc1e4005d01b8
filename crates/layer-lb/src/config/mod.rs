//! What the operator writes about an upstream.

mod balance;
mod discover;
mod dns_name;
mod dns_record;
mod endpoint;
mod endpoint_list;
mod endpoint_url;
mod file_path;
mod keep_alive;
mod limits;
mod name_server;
mod password;
mod protocol;
mod timeout;
mod upstream;

pub use balance::BalanceConfig;
pub use discover::DiscoverConfig;
pub use dns_name::DnsName;
pub use dns_record::DnsRecord;
pub use endpoint::{EndpointConfig, EndpointTable};
#[cfg(feature = "etcd")]
pub(crate) use endpoint_list::wrong_weight;
pub(crate) use endpoint_list::{EndpointList, check_endpoints};
pub use endpoint_url::EndpointUrl;
pub use file_path::FilePath;
pub use keep_alive::KeepAliveConfig;
pub use limits::LimitsConfig;
pub use name_server::NameServer;
pub use password::Password;
pub use protocol::Protocol;
pub use timeout::TimeoutConfig;
pub use upstream::UpstreamConfig;
