//! Files held open to be let go of.

use std::fs::File;

/// How many files are held.
const COUNT: usize = 8;

/// Files held open to be let go of, so that `[admin]` can accept a connection when the process can open no
/// file more: whoever looks after the gateway asks it just then.
#[derive(Debug)]
pub(super) struct SpareFiles(Vec<File>);

impl SpareFiles {
    /// Opens them.
    pub(super) fn hold() -> Self {
        let mut spare = Self(Vec::with_capacity(COUNT));
        spare.refill();
        spare
    }

    /// Lets go of one; `false` where none is left.
    pub(super) fn release(&mut self) -> bool {
        self.0.pop().is_some()
    }

    /// Whether one is missing.
    pub(super) fn is_short(&self) -> bool {
        self.0.len() < COUNT
    }

    /// Opens again what was let go of, as far as that goes.
    pub(super) fn refill(&mut self) {
        while self.is_short() {
            let Ok(file) = File::open("/dev/null") else {
                return;
            };
            self.0.push(file);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_let_go_of_is_taken_back() {
        let mut spare = SpareFiles::hold();
        assert!(!spare.is_short());
        for _ in 0..COUNT {
            assert!(spare.release());
        }
        assert!(!spare.release() && spare.is_short());
        spare.refill();
        assert!(!spare.is_short());
    }
}
