//! nginx behind the gateway, curl before it.

mod downloads;
mod site;
