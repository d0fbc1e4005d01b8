//! The names of the sections.

use gateway_core::config::{
    ConfigErrors, Located, Node, Table, did_you_mean, unknown_key, unknown_name,
};

/// The sections that a file may have.
const SECTIONS: [&str; 7] = [
    "listeners",
    "admin",
    "gateway",
    "consumers",
    "upstreams",
    "layers",
    "routes",
];

/// Refuses what is no section.
pub(super) fn check(root: &Node, errors: &mut ConfigErrors) {
    let unknown = strangers(root).map(|(name, node)| {
        if node.table().is_ok() || node.elements().is_ok() {
            unknown_name("section", name, SECTIONS)
        } else {
            unknown_key(name, SECTIONS)
        }
    });
    errors.extend(unknown);
}

/// The names that stand in sections whose own name is a misspelt `section`: a reference to one of them is not
/// an error of its own.
pub(super) fn misplaced<'a>(
    root: &'a Node,
    section: &str,
) -> impl Iterator<Item = &'a Located<String>> {
    strangers(root)
        .filter(move |(name, _)| did_you_mean(name, SECTIONS) == Some(section))
        .filter_map(|(_, node)| node.table().ok())
        .flat_map(|table| table.iter().map(|(name, _)| name))
}

fn strangers(root: &Node) -> impl Iterator<Item = (&Located<String>, &Node)> {
    let entries = root.table().into_iter().flat_map(Table::iter);
    entries.filter(|(name, _)| !SECTIONS.contains(&name.as_str()))
}
