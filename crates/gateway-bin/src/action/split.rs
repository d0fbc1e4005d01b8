//! Sharing requests among several destinations by weight.

use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};

use gateway_core::contract::{Request, Response, ResponseFuture, RouteService};
use http::header;
use tower::Service;

use super::StickyKey;
use super::sticky::Position;

/// Shares requests among several destinations by weight.
///
/// It is cloned for each request, which the one `Arc` makes cheap.
#[derive(Clone, Debug)]
pub struct Split(Arc<Shares>);

#[derive(Debug)]
struct Shares {
    /// Each destination with the sum of weights up to and including its own.
    destinations: Box<[(RouteService, u64)]>,
    sticky: Option<StickyKey>,
}

impl Split {
    /// Shares among `destinations`; at least one has a weight above zero.
    pub fn new(
        destinations: impl IntoIterator<Item = (RouteService, u32)>,
        sticky: Option<StickyKey>,
    ) -> Self {
        let summed = destinations.into_iter().scan(0, |sum, (service, weight)| {
            *sum += u64::from(weight);
            Some((service, *sum))
        });
        Self(Arc::new(Shares {
            destinations: summed.collect(),
            sticky,
        }))
    }
}

impl Service<Request> for Split {
    type Response = Response;
    type Error = Infallible;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> ResponseFuture {
        let Shares {
            destinations,
            sticky,
        } = &*self.0;
        let (parts, body) = request.into_parts();
        let position = match sticky {
            Some(key) => key.position(&parts),
            None => Position {
                hash: fastrand::u64(..),
                new_cookie: None,
            },
        };
        let chosen = choose(destinations.iter().map(|(_, sum)| *sum), position.hash);
        let (destination, _) = &destinations[chosen];
        let response = destination.respond(Request::from_parts(parts, body));
        match position.new_cookie {
            None => response,
            Some(cookie) => Box::pin(async move {
                let mut response = response.await?;
                response.headers_mut().append(header::SET_COOKIE, cookie);
                Ok(response)
            }),
        }
    }
}

/// The index of the destination in whose share `position` falls, the whole range of `u64` being divided in
/// proportion to the weights, which are given as their running sums.
fn choose(sums: impl ExactSizeIterator<Item = u64> + Clone, position: u64) -> usize {
    let total = sums.clone().last().unwrap_or_default();
    let place = u64::try_from((u128::from(position) * u128::from(total)) >> 64).unwrap_or(total);
    let last = sums.len().saturating_sub(1);
    sums.into_iter().position(|sum| place < sum).unwrap_or(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_follow_the_weights() {
        let sums = [9, 10];
        let mut counts = [0_u32; 2];
        let mut random = fastrand::Rng::with_seed(7);
        for _ in 0..10_000 {
            counts[choose(sums.into_iter(), random.u64(..))] += 1;
        }
        assert!((8_800..9_200).contains(&counts[0]), "{counts:?}");
    }

    #[test]
    fn a_weight_of_zero_takes_no_requests() {
        for position in [0, u64::MAX / 2, u64::MAX] {
            assert_eq!(choose([0, 5, 5].into_iter(), position), 1);
        }
    }
}
