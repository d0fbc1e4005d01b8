//! What the tests of Portcullis stand on. Everything runs on free loopback ports, ends when it is dropped,
//! and waits no longer than a deadline.
//!
//! - [`upstream`]: servers that answer as told, and servers that misbehave.
//! - [`http_client`], [`raw`] and [`raw_http2`]: clients, by the message and by the byte.
//! - [`body`]: bodies that do what a test says, when it says so.
//! - [`Binary`] and [`GatewayProcess`]: the gateway as operators run it; `InProcessGateway` (feature
//!   `gateway`): the gateway in the test's own process.
//! - [`Process`], [`Nginx`], [`Etcd`], [`component()`]: programs that are not ours, and their skipped tests.
//! - [`DnsServer`]: a name server that answers as told.
//! - [`layer_contract!`]: what every layer must be, as tests.
//! - [`count_allocations`]: what a piece of code asks of the heap.
//! - [`free_address`], [`wait_until`], [`tempdir`]: small needs of every test.

mod allocations;
mod answer;
mod binary;
mod bindings;
pub mod body;
mod component;
pub mod contract;
mod dns_server;
mod etcd;
#[cfg(feature = "gateway")]
mod gateway;
mod gateway_process;
pub mod http_client;
mod nginx;
mod output;
mod ports;
mod process;
pub mod raw;
pub mod raw_http2;
mod sync;
mod tasks;
pub mod upstream;
mod usage;
mod wait;

pub use allocations::{Allocations, count_allocations, count_allocations_of};
pub use answer::Answer;
pub use binary::Binary;
pub use component::{component, note_skipped, test_name};
pub use dns_server::{DnsAnswer, DnsServer};
pub use etcd::Etcd;
#[cfg(feature = "gateway")]
pub use gateway::InProcessGateway;
pub use gateway_process::GatewayProcess;
pub use http_client::HttpClient;
pub use nginx::Nginx;
pub use ports::{free_address, free_addresses};
pub use process::Process;
pub use tempfile::{TempDir, tempdir};
pub use usage::Usage;
pub use wait::wait_until;
