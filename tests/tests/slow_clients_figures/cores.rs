//! Who runs on which core: slow clients are other machines, as far as one machine allows.

use std::io;

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use tokio::runtime::{Builder, Runtime};

/// From now on this thread, and what it starts, keeps to the first core it may use.
pub(crate) fn keep_to_first() -> io::Result<()> {
    let cores = cores()?;
    keep_to(cores.first().copied())
}

/// A runtime on the last core that the process may use, which is another one than the first if there are two.
pub(crate) fn runtime_on_last() -> io::Result<Runtime> {
    // This thread keeps to one core already: the process as a whole does not.
    let last = std::fs::read_dir("/sys/devices/system/cpu")?
        .filter_map(|entry| {
            entry
                .ok()?
                .file_name()
                .to_str()?
                .strip_prefix("cpu")?
                .parse()
                .ok()
        })
        .max();
    Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .on_thread_start(move || {
            // Where that core is not ours, any other will do.
            let _ = keep_to(last);
        })
        .build()
}

fn cores() -> io::Result<Vec<usize>> {
    let allowed = sched_getaffinity(None)?;
    Ok((0..CpuSet::MAX_CPU)
        .filter(|core| allowed.is_set(*core))
        .collect())
}

fn keep_to(core: Option<usize>) -> io::Result<()> {
    let mut set = CpuSet::new();
    core.into_iter().for_each(|core| set.set(core));
    Ok(sched_setaffinity(None, &set)?)
}
