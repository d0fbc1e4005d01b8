//! A process and everything it has started.

use std::{fs, io};

/// What a line of `/proc/PID/stat` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stat {
    /// The process.
    pub(crate) pid: i32,
    /// Who started it.
    pub(crate) parent: i32,
    /// Processor time of its threads in user and system mode, in clock ticks.
    pub(crate) ticks: u64,
}

impl Stat {
    fn parse(line: &str) -> Option<Self> {
        // The second field is the program's name in parentheses; it may itself hold spaces and parentheses.
        let (pid, rest) = line.split_once(" (")?;
        let fields: Vec<_> = rest.rsplit_once(") ")?.1.split(' ').collect();
        let number = |at: usize| fields.get(at)?.parse::<u64>().ok();
        Some(Self {
            pid: pid.parse().ok()?,
            parent: fields.get(1)?.parse().ok()?,
            ticks: number(11)? + number(12)?,
        })
    }
}

/// The process with all its descendants, itself first.
pub(crate) fn tree(root: i32) -> io::Result<Vec<Stat>> {
    let mut all = Vec::new();
    for entry in fs::read_dir("/proc")? {
        // A process may end while we look.
        let line = fs::read_to_string(entry?.path().join("stat")).unwrap_or_default();
        all.extend(Stat::parse(&line));
    }
    Ok(descendants(root, &all))
}

fn descendants(root: i32, all: &[Stat]) -> Vec<Stat> {
    let mut tree: Vec<_> = all
        .iter()
        .copied()
        .filter(|stat| stat.pid == root)
        .collect();
    let mut next = 0;
    while let Some(parent) = tree.get(next).map(|stat| stat.pid) {
        tree.extend(all.iter().filter(|stat| stat.parent == parent));
        next += 1;
    }
    tree
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_spaces_and_parentheses_are_no_obstacle() {
        let line = "42 (a) b (c) S 7 42 42 0 -1 4194304 100 0 0 0 250 31 9 9 20 0 1 0 5 6 7";
        let expected = Stat {
            pid: 42,
            parent: 7,
            ticks: 281,
        };
        assert_eq!(Stat::parse(line), Some(expected));
        assert_eq!(Stat::parse(""), None);
    }

    #[test]
    fn children_of_children_belong_to_the_tree() {
        let stat = |pid, parent| Stat {
            pid,
            parent,
            ticks: 0,
        };
        let all = [
            stat(1, 0),
            stat(12, 11),
            stat(10, 1),
            stat(11, 10),
            stat(13, 10),
            stat(20, 1),
        ];
        let found: Vec<_> = descendants(10, &all).iter().map(|stat| stat.pid).collect();
        assert_eq!(found, [10, 11, 13, 12]);
        assert_eq!(descendants(99, &all), []);
    }

    #[test]
    fn we_are_in_our_own_tree() {
        let us = std::process::id().try_into().unwrap();
        assert_eq!(tree(us).unwrap()[0].pid, us);
    }
}
