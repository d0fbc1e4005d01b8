//! `[upstreams.*]` become shared upstreams.

use gateway_core::config::ConfigErrors;
use layer_lb::{Upstream, UpstreamConfig};

use super::names::Names;
use crate::file::Named;

/// Builds each upstream once, so that all routes which name it share its endpoints' state.
pub(super) fn build(
    sections: Vec<Named<UpstreamConfig>>,
    errors: &mut ConfigErrors,
) -> Names<Upstream> {
    let upstreams = sections.into_iter().map(|section| {
        let config = section.element;
        let upstream = config.and_then(|config| {
            let built = Upstream::build(&section.name, &config);
            errors.take(built.map_err(|wrong| wrong.at_if_unset(section.name.span())))
        });
        (section.name.into_inner(), upstream)
    });
    Names::new("upstream", upstreams)
}
