//! Endpoints from DNS: the addresses of a name, or the services behind an SRV record.

mod answer;
mod lookup;
mod resolver;
mod run;
mod source;

pub(super) use run::run;
pub(crate) use source::DnsSource;

use answer::{Answer, Target};
use lookup::Lookup;
use resolver::Resolver;
