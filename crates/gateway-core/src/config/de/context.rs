//! What an attempt at deserializing leaves out.

use std::collections::HashSet;

use super::failure::{Failure, Problem};
use crate::config::node::NodeId;
use crate::config::{Node, did_you_mean};

/// What the attempts so far have learnt: the values that are wrong and are left out from now on.
#[derive(Debug)]
pub(in crate::config) struct Context<'a> {
    root: NodeId,
    /// Keys of the root that are read elsewhere.
    beside: &'a [&'a str],
    omitted: HashSet<NodeId>,
    /// Values that something was left out of.
    incomplete: HashSet<NodeId>,
    /// Keys that are missing only since they, or what was typed for them, were left out.
    absent: HashSet<(NodeId, String)>,
}

impl<'a> Context<'a> {
    pub(in crate::config) fn new(root: &Node, beside: &'a [&'a str]) -> Self {
        Self {
            root: root.id(),
            beside,
            omitted: HashSet::new(),
            incomplete: HashSet::new(),
            absent: HashSet::new(),
        }
    }

    /// Leaves out the value that `failure` is about; says whether there is anything left without it.
    pub(in crate::config) fn omit(&mut self, failure: &Failure) -> bool {
        let [culprit, above @ ..] = failure.trail() else {
            return false;
        };
        let Some(parent) = above.first() else {
            return false;
        };
        self.omitted.insert(culprit.node);
        self.incomplete.extend(above.iter().map(|step| step.node));
        if let Some(key) = &culprit.key {
            self.absent.insert((parent.node, key.clone()));
        }
        if let Problem::UnknownKey { key, known } = failure.problem()
            && let Some(meant) = did_you_mean(key, known.iter().map(String::as_str))
        {
            self.absent.insert((parent.node, meant.to_owned()));
        }
        true
    }

    /// Whether `failure` came about only because something was left out before.
    pub(in crate::config) fn explains(&self, failure: &Failure) -> bool {
        let Some(culprit) = failure.trail().first().map(|step| step.node) else {
            return false;
        };
        match failure.problem() {
            Problem::MissingKey(key) => self.absent.contains(&(culprit, (*key).to_owned())),
            Problem::Value(_) => self.incomplete.contains(&culprit),
            Problem::UnknownKey { .. } | Problem::UnknownName { .. } => false,
        }
    }

    /// Keys that this table has besides those of its type.
    pub(super) fn beside(&self, node: &Node) -> &'a [&'a str] {
        if node.id() == self.root {
            self.beside
        } else {
            &[]
        }
    }

    pub(super) fn omits(&self, node: &Node) -> bool {
        !self.omitted.is_empty() && self.omitted.contains(&node.id())
    }
}
