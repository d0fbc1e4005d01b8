//! WebSocket over a stream (RFC 8441).

use std::sync::Arc;

use axum_core::body::Body;
use gateway_core::facts::Tunnel;
use http::{Method, Request, Response};
use tokio::time::timeout_at;

use super::super::deadline::Deadline;
use super::super::sending::Sending;
use super::connection::Http2Connection;
use super::exchange::{Outgoing, receive};
use super::pool::Http2Pool;
use super::tunnel_io::TunnelIo;
use crate::failure::Failure;
use crate::websocket_handshake::Handshake;

/// Asks the endpoint for the tunnel that the request is made to ask for; where it grants one, the response is a `101` that carries it.
pub(super) async fn exchange(
    pool: Arc<Http2Pool>,
    sending: Sending,
) -> Result<Response<Body>, Failure> {
    let Sending {
        request,
        wishes,
        deadline,
        flight,
        comeback,
    } = sending;
    let head = Request::from_parts(request.into_parts().0, ());
    let budget = flight.endpoint().retry_budget();
    let sent = pool.send(&head, Body::empty(), &wishes, deadline, budget);
    let (mut exchange, response) = match sent.await {
        Ok(sent) => sent,
        Err(unsent) => return Err(unsent.give_back(head, wishes, comeback, pool.counters())),
    };
    exchange.carry(flight);
    let handshake = head.extensions().get::<Handshake>();
    let (Some(handshake), true) = (handshake, response.status().is_success()) else {
        let counters = pool.counters();
        let handed_back = exchange.take_back(&response, head, wishes, comeback, counters);
        let mut response = receive(&Method::GET, response, exchange, deadline)?;
        if let Some(handed_back) = handed_back {
            response.extensions_mut().insert(handed_back);
        }
        return Ok(response);
    };
    let (mut answer, incoming) = response.into_parts();
    let granted = handshake.granted_over_http2(&mut answer);
    granted.map_err(|error| Failure::malformed(&error))?;
    let (Outgoing::Tunnel(outgoing), _, _, slot) = exchange.into_parts() else {
        return Err(Failure::abandoned());
    };
    pool.counters().tunnels.increment();
    let tunnel = Tunnel::new(TunnelIo::new(outgoing, incoming, slot), deadline.idle());
    answer.extensions.insert(tunnel);
    Ok(Response::from_parts(answer, Body::empty()))
}

/// Whether the endpoint at the other end of `connection` knows extended CONNECT.
pub(super) async fn check(connection: &Http2Connection, deadline: Deadline) -> Result<(), Failure> {
    let allows = timeout_at(deadline.connect(), connection.allows_extended_connect()).await;
    match allows {
        Ok(Some(true)) => Ok(()),
        Ok(Some(false)) => Err(Failure::no_websocket()),
        Ok(None) => Err(Failure::abandoned()),
        Err(_) => Err(Failure::connect_timeout()),
    }
}
