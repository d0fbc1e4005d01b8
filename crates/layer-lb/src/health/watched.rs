//! The endpoints that are checked.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use futures_util::future::AbortHandle;

/// The endpoints that are checked, with the handles that end their checks. They are told apart by their addresses: what
/// is checked keeps its endpoint alive.
#[derive(Debug, Default)]
pub(super) struct Watched(HashMap<usize, AbortHandle>);

impl Watched {
    /// Ends the checks of all that are not among `members`.
    pub(super) fn forget_all_but<T>(&mut self, members: &[Arc<T>]) {
        let staying: HashSet<usize> = members.iter().map(address).collect();
        self.0.retain(|address, handle| {
            let stays = staying.contains(address);
            if !stays {
                handle.abort();
            }
            stays
        });
    }

    /// Whether `member` is checked.
    pub(super) fn contains<T>(&self, member: &Arc<T>) -> bool {
        self.0.contains_key(&address(member))
    }

    /// `member` is checked until `handle` says otherwise.
    pub(super) fn add<T>(&mut self, member: &Arc<T>, handle: AbortHandle) {
        self.0.insert(address(member), handle);
    }
}

fn address<T>(member: &Arc<T>) -> usize {
    Arc::as_ptr(member).addr()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_that_go_are_checked_no_longer() {
        let [a, b, c] = ["a", "b", "c"].map(Arc::new);
        let mut watched = Watched::default();
        let handles = [&a, &b].map(|member| {
            let (handle, _) = AbortHandle::new_pair();
            watched.add(member, handle.clone());
            handle
        });
        watched.forget_all_but(&[Arc::clone(&b), Arc::clone(&c)]);
        let seen = [&a, &b, &c].map(|member| watched.contains(member));
        assert_eq!(seen, [false, true, false]);
        assert_eq!(handles.map(|handle| handle.is_aborted()), [true, false]);
    }
}
