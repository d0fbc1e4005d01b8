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
#[derive(Debug)]
pub(super) struct Share {
    budget: &'static Budget,
    size: usize,
}

impl Share {
    /// Takes `size` bytes more; says whether there were as many.
    pub(super) fn grow(&mut self, size: usize) -> bool {
        let is_there = self.budget.take(size);
        if is_there {
            self.size += size;
        }
        is_there
    }

    /// How much it is.
    pub(super) fn size(&self) -> usize {
        self.size
    }
}

impl Default for Share {
    fn default() -> Self {
        Self {
            budget: &PROCESS,
            size: 0,
        }
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        if self.size > 0 {
            self.budget.give_back(self.size);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_shares_are_of_one_budget_and_come_back_to_it() {
        static BUDGET: Budget = Budget::new(100);
        let share = || Share {
            budget: &BUDGET,
            size: 0,
        };
        let (mut one, mut other) = (share(), share());
        assert!(one.grow(60));
        assert!(!other.grow(41), "more than is left");
        assert!(other.grow(40));
        assert!(!one.grow(1));
        assert_eq!((one.size(), other.size()), (60, 40));
        drop(one);
        assert!(other.grow(60));
        drop(other);
        assert!(share().grow(100));
    }
}
