//! What a process tree uses of the machine.

use std::time::Duration;
use std::{fs, io};

use super::process_tree::tree;

/// Linux counts processor time for `/proc` in hundredths of a second.
const TICK: Duration = Duration::from_millis(10);

/// What a process tree has used so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Usage {
    /// Processor time in user and system mode, in steps of 10 ms.
    pub(crate) cpu: Duration,
    /// The most memory that was resident, in bytes. What processes share counts in each of them.
    pub(crate) peak_memory: u64,
}

impl Usage {
    /// Looks at the process and everything it has started.
    pub(crate) fn of(root: i32) -> io::Result<Self> {
        let tree = tree(root)?;
        if tree.is_empty() {
            return Err(io::Error::other("the process has ended"));
        }
        let ticks: u64 = tree.iter().map(|stat| stat.ticks).sum();
        let peaks = tree.iter().map(|stat| {
            let status = fs::read_to_string(format!("/proc/{}/status", stat.pid));
            peak(&status.unwrap_or_default()).unwrap_or_default()
        });
        Ok(Self {
            cpu: TICK * u32::try_from(ticks).unwrap_or(u32::MAX),
            peak_memory: peaks.sum(),
        })
    }
}

/// The peak in bytes that a `/proc/PID/status` tells.
fn peak(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    kibibytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_is_read() {
        assert_eq!(
            peak("VmPeak:\t 9 kB\nVmHWM:\t    2104 kB\n"),
            Some(2_154_496)
        );
        assert_eq!(peak("Name:\tkthreadd\n"), None);
    }

    #[test]
    fn a_process_that_is_no_more_has_no_usage() {
        assert!(Usage::of(i32::MAX).is_err());
        let us = std::process::id().try_into().unwrap();
        assert!(Usage::of(us).unwrap().peak_memory > 100_000);
    }
}
