//! `[listeners.*]` and `[admin]` become addresses to listen on.

use gateway_core::config::{ConfigError, ConfigErrors, Located};

use super::ListenerPlan;
use crate::file::{AdminConfig, BindAddress, ListenerConfig, Named};

/// Makes the plan of each listener; no two of them, nor `[admin]`, can have the same address.
pub(super) fn build(
    sections: Vec<Named<ListenerConfig>>,
    admin: Option<&AdminConfig>,
    errors: &mut ConfigErrors,
) -> Vec<ListenerPlan> {
    if sections.is_empty() {
        errors.push(
            ConfigError::new("the file has no listener")
                .help("write [listeners.public] with bind = \"127.0.0.1:8080\""),
        );
    }
    let (mut plans, mut taken) = (Vec::new(), Vec::new());
    for section in sections {
        let Some(config) = section.element else {
            continue;
        };
        take(
            format!("listener `{}`", *section.name),
            config.bind,
            &mut taken,
            errors,
        );
        plans.push(ListenerPlan {
            name: section.name.into_inner(),
            bind: config.bind.get(),
            limits: errors.take(config.limits()).unwrap_or_default(),
            max_connections: errors.take(config.max_connections()).flatten(),
            trusted: config.trusted(),
        });
    }
    if let Some(admin) = admin {
        take("`[admin]`".to_owned(), admin.bind, &mut taken, errors);
    }
    plans
}

/// An address and who listens on it.
type Taken = (String, Located<BindAddress>);

fn take(
    who: String,
    bind: Located<BindAddress>,
    taken: &mut Vec<Taken>,
    errors: &mut ConfigErrors,
) {
    if let Some((other, place)) = taken.iter().find(|(_, other)| other.excludes(*bind)) {
        let error = ConfigError::new(format!("{who} cannot listen on {bind}: {other} does"));
        errors.push(
            error
                .at(bind.span())
                .related(place.span(), "taken here")
                .help("give each an address or a port of its own"),
        );
    }
    taken.push((who, bind));
}
