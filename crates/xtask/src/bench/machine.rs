//! The machine we run on.

use std::fs;
use std::thread::available_parallelism;

/// Its processor, the cores we may use, and its kernel.
pub(crate) fn machine() -> String {
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    let cores = available_parallelism().map_or(1, usize::from);
    let kernel = read("/proc/sys/kernel/osrelease");
    described(&read("/proc/cpuinfo"), cores, kernel.trim())
}

fn described(cpuinfo: &str, cores: usize, kernel: &str) -> String {
    let model = cpuinfo.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        (key.trim() == "model name").then(|| value.trim())
    });
    let model = model.unwrap_or("unknown processor");
    let noun = if cores == 1 { "core" } else { "cores" };
    format!("{model}, {cores} {noun}, Linux {kernel}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_is_found() {
        let cpuinfo = "processor\t: 0\nmodel\t\t: 17\nmodel name\t: AMD EPYC\n";
        assert_eq!(
            described(cpuinfo, 2, "6.1.0"),
            "AMD EPYC, 2 cores, Linux 6.1.0"
        );
        assert_eq!(
            described("", 1, "6.1.0"),
            "unknown processor, 1 core, Linux 6.1.0"
        );
    }
}
