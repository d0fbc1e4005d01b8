//! What an operator writes: one element of the file, one module.
//!
//! These types say what was typed. What it means is made of them by [`compose`](crate::compose).

mod admin;
mod bind_address;
mod body_pace;
mod bounds;
mod client_leaves;
mod drain;
mod gateway;
mod http;
mod http2;
mod layer;
mod listener;
mod mirror;
mod redirect;
mod respond;
mod rewrite;
mod route;
mod schema;
mod schema_form;
mod section_names;
mod sections;
mod split;
mod sticky;
mod timeout;

pub use admin::AdminConfig;
pub use bind_address::BindAddress;
pub use body_pace::BodyPaceConfig;
pub use client_leaves::ClientLeavesConfig;
pub use drain::DrainConfig;
pub use gateway::{EncodedSlashConfig, GatewayConfig, HeadConfig};
pub use http::HttpConfig;
pub use http2::Http2Config;
pub use layer::LayerConfig;
pub use listener::ListenerConfig;
pub use mirror::MirrorConfig;
pub use redirect::{RedirectConfig, RedirectStatus};
pub use respond::RespondConfig;
pub use rewrite::RewriteConfig;
pub use route::RouteConfig;
pub use schema::schema;
pub use sections::{LayerSection, Named, RouteSection, Sections};
pub use split::ShareConfig;
pub use sticky::StickyConfig;
pub use timeout::RouteTimeoutConfig;
