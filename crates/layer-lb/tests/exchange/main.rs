//! Exchanges with endpoints over real sockets.

#[cfg(test)]
mod admission;
#[cfg(test)]
mod alone;
#[cfg(test)]
mod alpn;
#[cfg(test)]
mod authority;
#[cfg(test)]
mod bodies;
#[cfg(test)]
mod cancellation;
#[cfg(test)]
mod checks;
#[cfg(test)]
mod choosing;
#[cfg(test)]
mod connections;
#[cfg(test)]
mod costs;
#[cfg(test)]
mod deadlines;
#[cfg(test)]
mod early;
#[cfg(test)]
mod ejections;
#[cfg(test)]
mod failures;
#[cfg(test)]
mod frames;
#[cfg(test)]
mod framing;
#[cfg(test)]
mod hedges;
#[cfg(test)]
mod http2;
#[cfg(test)]
mod http2_connections;
#[cfg(test)]
mod http2_endings;
#[cfg(test)]
mod http2_retries;
#[cfg(test)]
mod http2_tunnel;
#[cfg(test)]
mod interim;
#[cfg(test)]
mod keep_alive;
#[cfg(test)]
mod limits;
#[cfg(test)]
#[cfg(test)]
mod proxy_protocol;
#[cfg(test)]
mod retries;
#[cfg(test)]
mod retries_bodies;
#[cfg(test)]
mod retries_heads;
#[cfg(test)]
mod retries_http2;
#[cfg(test)]
mod retries_wishes;
#[cfg(test)]
mod reuse;
#[cfg(test)]
mod stalls;
#[cfg(test)]
mod support;
#[cfg(test)]
mod tls;
#[cfg(test)]
mod trailers;
#[cfg(test)]
mod unix;
