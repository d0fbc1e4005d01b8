//! `cargo xtask bench`: Portcullis beside nginx, HAProxy and Envoy, doing the same work on this machine.
//!
//! Each proxy forwards to the same servers ([`behind`]), alone on a core of its own ([`cores`]), while a load
//! tool ([`load`]) and the upstream run on another. The proxies take turns ([`rounds`]), so that a disturbance
//! meets all of them. To add a case, add a row to [`cases`]; to add a proxy, a file to [`peers`].

mod args;
mod behind;
mod cases;
mod components;
mod contest;
mod cores;
mod limit;
mod load;
mod machine;
mod measurement;
mod nginx_file;
mod peers;
mod process_tree;
mod programs;
mod report;
mod rounds;
mod run;
mod running;
mod series;
mod server;
mod table;
mod ten;
mod upstream;
mod usage;
mod version;

pub(crate) use args::BenchArgs;
pub(crate) use run::run;
