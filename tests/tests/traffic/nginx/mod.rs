//! nginx behind the gateway, curl before it.

mod connections;
mod downloads;
mod site;
