//! One run of a request through a route's stack, with nothing sent.

use axum::body::Body;
use bytes::Bytes;
use gateway_core::contract::{BuiltLayer, Mode, Request, Response, RouteService};
use http::header::CONTENT_LENGTH;
use http::request::Parts;
use http_body_util::{BodyExt, Full};
use layer_lb::Upstream;
use tokio_util::task::TaskTracker;

use super::probe::Probe;
use super::recorder::Recorder;
use super::report::SentRequest;
use crate::action::{Action, Terms};

/// What came of a rehearsal.
#[derive(Debug)]
pub(super) struct Rehearsal {
    /// The answer; an empty one where an upstream would have been asked.
    pub(super) response: Response,
    /// What an upstream would have got.
    pub(super) sent: Option<SentRequest>,
    /// How far the request got.
    pub(super) probe: Probe,
}

impl Rehearsal {
    /// Runs a request through `layers` to `action`.
    pub(super) async fn run(
        layers: &[BuiltLayer],
        action: &Action,
        head: Parts,
        body: Bytes,
    ) -> Self {
        let (recorder, probe) = (Recorder::default(), Probe::default());
        let transport = |upstream: &Upstream, _: &Terms| recorder.stand_in(upstream);
        let innermost = action.service(&transport, &TaskTracker::new());
        let stack = layers
            .iter()
            .enumerate()
            .rfold(innermost, |inner, (index, layer)| {
                layer.wrap(probe.behind(index, inner))
            });
        let response = respond(&stack, head, body).await;
        Self {
            response,
            sent: recorder.take(),
            probe,
        }
    }

    /// The index of the layer that answered in the place of those behind it.
    pub(super) fn answered_by(&self, layers: &[BuiltLayer]) -> Option<usize> {
        (0..layers.len()).find(|index| {
            layers[*index].mode() != Mode::Off && self.probe.sighting(*index).is_none()
        })
    }
}

/// What an upstream would get if the layers that refuse the request let it pass.
pub(super) async fn send_regardless(
    mut layers: Vec<BuiltLayer>,
    action: &Action,
    head: &Parts,
    body: &Bytes,
) -> Option<SentRequest> {
    for _ in 0..layers.len() {
        let rehearsal = Rehearsal::run(&layers, action, head.clone(), body.clone()).await;
        match rehearsal.answered_by(&layers) {
            None => return rehearsal.sent,
            Some(refusing) => {
                let layer = layers.remove(refusing).with_mode(Mode::Observe);
                layers.insert(refusing, layer);
            }
        }
    }
    Rehearsal::run(&layers, action, head.clone(), body.clone())
        .await
        .sent
}

async fn respond(stack: &RouteService, head: Parts, body: Bytes) -> Response {
    let body = if body.is_empty() || head.headers.contains_key(CONTENT_LENGTH) {
        Body::from(body)
    } else {
        // It comes in chunks: mapped, it no longer tells its length.
        Body::new(Full::new(body).map_frame(|frame| frame))
    };
    let Ok(response) = stack.respond(Request::from_parts(head, body)).await;
    response
}
