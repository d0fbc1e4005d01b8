//! What an operator writes: one element of the file, one module.
//!
//! These types say what was typed. What it means is made of them by [`compose`](crate::compose).

mod admin;
mod bind_address;
mod bounds;
mod drain;
mod gateway;
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
pub use drain::DrainConfig;
pub use gateway::{EncodedSlashConfig, GatewayConfig, HeadConfig};
pub use layer::LayerConfig;
pub use listener::{HttpConfig, ListenerConfig};
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
