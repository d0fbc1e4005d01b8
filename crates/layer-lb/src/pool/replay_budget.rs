//! How much of all requests' bodies is remembered at once.

use std::sync::atomic::{AtomicUsize, Ordering};

/// How much of the bodies of all requests in the process is remembered at once, in bytes. Where it is spent, a
/// request goes its way and cannot be sent again.
const MOST: usize = 64 << 20;

static PROCESS: Budget = Budget::new(MOST);

/// So many bytes, shared by all who take of them.
#[derive(Debug)]
struct Budget {
    most: usize,
    taken: AtomicUsize,
}

impl Budget {
    const fn new(most: usize) -> Self {
        Self {
            most,
            taken: AtomicUsize::new(0),
        }
    }

    /// Takes `size` bytes; says whether there were as many.
    fn take(&self, size: usize) -> bool {
        let before = self.taken.fetch_add(size, Ordering::Relaxed);
        let is_there = before.saturating_add(size) <= self.most;
        if !is_there {
            self.give_back(size);
        }
        is_there
    }

    fn give_back(&self, size: usize) {
        self.taken.fetch_sub(size, Ordering::Relaxed);
    }
}

/// What one request has of the process's budget; it is given back when this is dropped.
#[derive(Debug, Default)]
pub(super) struct Share(usize);

impl Share {
    /// Takes `size` bytes more; says whether there were as many.
    pub(super) fn grow(&mut self, size: usize) -> bool {
        let is_there = PROCESS.take(size);
        if is_there {
            self.0 += size;
        }
        is_there
    }

    /// How much it is.
    pub(super) fn size(&self) -> usize {
        self.0
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        if self.0 > 0 {
            PROCESS.give_back(self.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_takes_more_than_is_left() {
        let budget = Budget::new(100);
        assert!(budget.take(60));
        assert!(!budget.take(41));
        assert!(budget.take(40));
        assert!(!budget.take(1));
        budget.give_back(60);
        assert!(budget.take(60));
    }

    #[test]
    fn a_share_comes_back() {
        for _ in 0..3 {
            let mut share = Share::default();
            assert!(share.grow(MOST / 2), "the last one has not come back");
            assert!(!share.grow(MOST));
            assert_eq!(share.size(), MOST / 2);
        }
    }
}
