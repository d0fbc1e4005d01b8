//! What a process uses of the machine.

use std::io;
use std::time::Duration;

/// What a process has used of the machine so far, as `/proc` tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// The resident memory now, in bytes (`VmRSS`).
    pub rss: u64,
    /// The most resident memory there ever was, in bytes (`VmHWM`).
    pub peak_rss: u64,
    /// The processor time of all threads, in user and in system mode, in steps of a clock tick (10 ms).
    pub cpu: Duration,
}

impl Usage {
    /// The usage of the process `pid`.
    ///
    /// # Errors
    /// When there is no such process, or it has ended.
    pub fn of(pid: u32) -> io::Result<Self> {
        let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
        let has_ended =
            || io::Error::new(io::ErrorKind::NotFound, format!("process {pid} has ended"));
        Self::parse(&status, &stat, rustix::param::clock_ticks_per_second()).ok_or_else(has_ended)
    }

    /// Reads `/proc/PID/status` and `/proc/PID/stat` (proc(5)). A process that has ended has no memory.
    fn parse(status: &str, stat: &str, ticks_per_second: u64) -> Option<Self> {
        // The name of the program may hold spaces and brackets; numbers come after the last bracket.
        let (_, fields) = stat.rsplit_once(')')?;
        let mut fields = fields.split_whitespace();
        let user: u64 = fields.nth(11)?.parse().ok()?;
        let system: u64 = fields.next()?.parse().ok()?;
        Some(Self {
            rss: kibibytes(status, "VmRSS:")?,
            peak_rss: kibibytes(status, "VmHWM:")?,
            cpu: Duration::from_millis((user + system) * 1000 / ticks_per_second.max(1)),
        })
    }
}

/// The value of a line such as `VmRSS:  1234 kB`, in bytes.
fn kibibytes(status: &str, name: &str) -> Option<u64> {
    let value = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kibibytes: u64 = value.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

#[cfg(test)]
mod tests {
    use std::hint::black_box;

    use super::*;

    const STATUS: &str = "Name:\tx\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\n";

    #[test]
    fn a_name_with_brackets_does_not_shift_the_fields() {
        let stat = "7 (a) b) S 1 2 3 4 5 6 7 8 9 10 150 50 0 0";
        let usage = Usage::parse(STATUS, stat, 100).unwrap();
        let cpu = Duration::from_secs(2);
        assert_eq!(
            usage,
            Usage {
                rss: 1 << 20,
                peak_rss: 2 << 20,
                cpu
            }
        );
    }

    #[test]
    fn a_process_that_has_ended_has_no_usage() {
        let stat = "7 (x) Z 1 2 3 4 5 6 7 8 9 10 150 50 0 0";
        assert_eq!(
            Usage::parse("Name:\tx\nState:\tZ (zombie)\n", stat, 100),
            None
        );
    }

    #[test]
    fn memory_and_work_show() {
        let before = Usage::of(std::process::id()).unwrap();
        let memory = black_box(vec![1_u8; 64 << 20]);
        let start = std::time::Instant::now();
        while start.elapsed() < Duration::from_millis(100) {
            black_box(memory.iter().map(|byte| u64::from(*byte)).sum::<u64>());
        }
        let after = Usage::of(std::process::id()).unwrap();
        assert!(
            after.peak_rss >= before.rss + (60 << 20),
            "{before:?} {after:?}"
        );
        assert!(after.cpu > before.cpu, "{before:?} {after:?}");
    }
}
