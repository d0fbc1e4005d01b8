//! Signals to processes.

use gateway_testkit::Process;
use rustix::process::{Pid, Signal, kill_process};

/// Sends SIGINT, as Ctrl-C in a terminal does.
pub(crate) fn interrupt(process: &Process) {
    let pid = Pid::from_raw(process.id().cast_signed()).unwrap();
    kill_process(pid, Signal::INT).unwrap();
}
