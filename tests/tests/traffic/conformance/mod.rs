//! The gateway's HTTP/2 judged by others: the suite `httpwg` of the loona project, one case for each requirement
//! of RFC 9113.

mod http2;
mod verdict;
