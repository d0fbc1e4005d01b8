//! From a configuration and a request to the report.

use std::io;
use std::sync::Arc;

use gateway_core::contract::{BuiltLayer, Mode};
use gateway_core::facts::{MatchedRoute, Observations, Scheme};
use gateway_core::rejection::Rejection;
use http::request::Parts;

use super::recorder::lines;
use super::rehearsal::{Rehearsal, send_regardless};
use super::{Case, Fate, LayerReport, LostRoute, Refusal, Report, RouteReport};
use crate::compose::{Configuration, RoutePlan};
use crate::rejection;

/// Tells what would become of a request. Sends nothing; limits are counted afresh.
///
/// # Errors
/// When no runtime can be started for the layers.
pub fn explain(configuration: &Configuration, case: &Case) -> io::Result<Report> {
    let (mut head, authority) = match case.admit(&configuration.head) {
        Ok(admitted) => admitted,
        Err(rejection) => return Ok(refused_at_the_edge(&case.head, &rejection, Vec::new())),
    };
    let host = authority.host();
    let others = LostRoute::all(&configuration.router.explain(&head, host));
    let Some(found) = configuration.router.find(&head, host) else {
        let allow = rejection::allow(&configuration.router.allowed_methods(&head, host));
        let rejection = allow.map_or_else(rejection::no_route, rejection::method_not_allowed);
        return Ok(refused_at_the_edge(&head, &rejection, others));
    };
    let plan = &configuration.plans[found.entry.action];
    let scheme = head
        .extensions
        .get()
        .copied()
        .unwrap_or(Scheme::Http)
        .as_str();
    let address = authority.as_header_value().to_str().unwrap_or(host);
    let request = format!("{} {scheme}://{address}{}", head.method, head.uri);
    let matched = MatchedRoute::new(Arc::clone(&plan.name), found.parameters);
    let route = RouteReport::from(&matched);
    head.extensions.insert(matched);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let (layers, fate) = runtime.block_on(run(plan, &head, case));
    Ok(Report {
        request,
        route: Some(route),
        others,
        layers,
        fate,
    })
}

async fn run(plan: &RoutePlan, head: &Parts, case: &Case) -> (Vec<LayerReport>, Fate) {
    let rehearsal =
        Rehearsal::run(&plan.layers, &plan.action, head.clone(), case.body.clone()).await;
    let layers = layer_reports(&plan.layers, &rehearsal);
    let fate = match (
        rehearsal.sent,
        rehearsal.response.extensions().get::<Rejection>(),
    ) {
        (Some(request), _) => Fate::Forwarded { request },
        (None, Some(rejection)) => Fate::Refused {
            refusal: Refusal::from(rejection),
            would_send: send_regardless(plan.layers.clone(), &plan.action, head, &case.body).await,
        },
        (None, None) => Fate::Answered {
            status: rehearsal.response.status().as_u16(),
            headers: lines(rehearsal.response.headers()),
        },
    };
    (layers, fate)
}

fn layer_reports(layers: &[BuiltLayer], rehearsal: &Rehearsal) -> Vec<LayerReport> {
    let answered_by = rehearsal.answered_by(layers);
    let observations = rehearsal.response.extensions().get::<Observations>();
    let reports = layers.iter().enumerate().map(|(index, layer)| {
        let is_reached = answered_by.is_none_or(|last| index <= last);
        let observation = observations.and_then(|all| {
            all.iter()
                .find(|observation| observation.layer == *layer.name())
        });
        let (does, refusal) = if layer.mode() == Mode::Off {
            ("is off", None)
        } else if !is_reached {
            ("is not reached", None)
        } else if answered_by == Some(index) {
            let rejection = rehearsal.response.extensions().get::<Rejection>();
            let does = if rejection.is_some() {
                "refuses"
            } else {
                "answers"
            };
            (does, rejection.map(Refusal::from))
        } else if let Some(observation) = observation {
            let rejection = observation.rejection.as_ref();
            ("observes, and would refuse", rejection.map(Refusal::from))
        } else if layer.mode() == Mode::Observe {
            ("observes, and would let pass", None)
        } else {
            ("lets pass", None)
        };
        LayerReport {
            name: layer.name().to_string(),
            r#type: layer.type_name().to_owned(),
            does: does.to_owned(),
            identity: found_out(rehearsal, index),
            refusal,
        }
    });
    reports.collect()
}

/// Whom the layer found the request to come from, where the layers before it did not know.
fn found_out(rehearsal: &Rehearsal, layer: usize) -> Option<String> {
    let identity = |layer| {
        rehearsal
            .probe
            .sighting(layer)
            .and_then(|sighting| sighting.identity)
    };
    let known_before = (0..layer).any(|before| identity(before).is_some());
    identity(layer).filter(|_| !known_before)
}

fn refused_at_the_edge(head: &Parts, rejection: &Rejection, others: Vec<LostRoute>) -> Report {
    Report {
        request: format!("{} {}", head.method, head.uri),
        route: None,
        others,
        layers: Vec::new(),
        fate: Fate::Refused {
            refusal: Refusal::from(rejection),
            would_send: None,
        },
    }
}
