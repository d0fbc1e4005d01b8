//! Which core runs what.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The part a program plays in a measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// It is measured.
    Proxy,
    /// It is the load or the upstream.
    Surroundings,
}

/// Who runs where.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Cores {
    /// Each part has a core of its own, by `taskset`.
    Pinned {
        /// The program that pins.
        taskset: PathBuf,
        /// The core of the proxy.
        proxy: usize,
        /// The core of everything else.
        surroundings: usize,
    },
    /// The kernel chooses.
    Shared,
}

impl Cores {
    /// Two of the cores we may use, if there are as many and they can be chosen.
    pub(crate) fn choose(taskset: Option<&Path>) -> Self {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        match (taskset, allowed(&status).as_slice()) {
            // The first core is the one that a kernel likes to do its own work on.
            (Some(taskset), &[surroundings, proxy, ..]) => Self::Pinned {
                taskset: taskset.to_owned(),
                proxy,
                surroundings,
            },
            _ => Self::Shared,
        }
    }

    /// A command line that runs the program where its part belongs.
    pub(crate) fn command(&self, part: Part, program: &Path) -> Command {
        let Self::Pinned {
            taskset,
            proxy,
            surroundings,
        } = self
        else {
            return Command::new(program);
        };
        let core = match part {
            Part::Proxy => proxy,
            Part::Surroundings => surroundings,
        };
        let mut command = Command::new(taskset);
        command.arg("--cpu-list").arg(core.to_string()).arg(program);
        command
    }
}

/// The cores that a `/proc/…/status` allows.
fn allowed(status: &str) -> Vec<usize> {
    let list = status
        .lines()
        .find_map(|line| line.strip_prefix("Cpus_allowed_list:"));
    let ranges = list.unwrap_or_default().trim().split(',');
    ranges.filter_map(range).flatten().collect()
}

fn range(text: &str) -> Option<std::ops::RangeInclusive<usize>> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    Some(first.parse().ok()?..=last.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_allowed_cores_are_read() {
        let status =
            "Name:\txtask\nCpus_allowed:\tff\nCpus_allowed_list:\t0-2,5\nMems_allowed:\t1\n";
        assert_eq!(allowed(status), [0, 1, 2, 5]);
        assert_eq!(allowed("Cpus_allowed_list:\t7\n"), [7]);
        assert_eq!(allowed(""), Vec::<usize>::new());
    }

    #[test]
    fn each_part_is_put_on_its_core() {
        let cores = Cores::Pinned {
            taskset: "/bin/taskset".into(),
            proxy: 3,
            surroundings: 2,
        };
        let arguments = |part| {
            let command = cores.command(part, Path::new("/bin/nginx"));
            let words = command
                .get_args()
                .map(|word| word.to_string_lossy().into_owned());
            words.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(arguments(Part::Proxy), "--cpu-list 3 /bin/nginx");
        assert_eq!(arguments(Part::Surroundings), "--cpu-list 2 /bin/nginx");
    }

    #[test]
    fn without_taskset_the_kernel_chooses() {
        assert_eq!(Cores::choose(None), Cores::Shared);
    }
}
