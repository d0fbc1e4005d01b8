//! Exchanges with endpoints over real sockets.

#[cfg(test)]
mod alone;
#[cfg(test)]
mod bodies;
#[cfg(test)]
mod cancellation;
#[cfg(test)]
mod connections;
#[cfg(test)]
mod failures;
#[cfg(test)]
mod http2;
#[cfg(test)]
mod stalls;
#[cfg(test)]
mod support;
#[cfg(test)]
mod trailers;
