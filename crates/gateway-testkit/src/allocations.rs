//! Counting heap allocations.
//!
//! Linking this crate replaces the global allocator by the system's with a counter for each thread.

use std::future::{Future, poll_fn};
use std::ops::AddAssign;
use std::pin::pin;
use std::task::Poll;

/// What was asked of the allocator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Allocations {
    /// How often memory was allocated; growing an allocation counts as one more.
    pub count: u64,
    /// How many bytes were asked for in all.
    pub bytes: u64,
}

impl AddAssign for Allocations {
    fn add_assign(&mut self, other: Self) {
        self.count += other.count;
        self.bytes += other.bytes;
    }
}

/// Counts what `work` allocates on this thread. To count all that a current-thread runtime does for a
/// future, the tasks it spawns included, drive it within `work`.
///
/// ```
/// use gateway_testkit::count_allocations;
///
/// let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
/// let allocations = count_allocations(|| {
///     runtime.block_on(async { tokio::spawn(async { Vec::<u8>::with_capacity(64) }).await.unwrap() });
/// });
/// assert!(allocations.bytes >= 64);
/// ```
pub fn count_allocations(work: impl FnOnce()) -> Allocations {
    let info = allocation_counter::measure(work);
    Allocations {
        count: info.count_total,
        bytes: info.bytes_total,
    }
}

/// Counts what `future` itself allocates while it is polled, on whatever thread that is; what tasks that it
/// spawns do is not counted, nor is anything that runs between its polls.
pub async fn count_allocations_of<F: Future>(future: F) -> (F::Output, Allocations) {
    let mut future = pin!(future);
    let mut total = Allocations::default();
    poll_fn(move |cx| {
        let mut polled = Poll::Pending;
        total += count_allocations(|| polled = future.as_mut().poll(cx));
        polled.map(|output| (output, total))
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::hint::black_box;
    use std::task::{Context, Waker};

    use super::*;

    #[test]
    fn nothing_is_counted_as_nothing() {
        assert_eq!(count_allocations(|| ()), Allocations::default());
    }

    #[test]
    fn each_allocation_counts() {
        let allocations = count_allocations(|| {
            drop(black_box(Box::new([0_u8; 100])));
            drop(black_box(Box::new([0_u8; 28])));
        });
        assert_eq!(
            allocations,
            Allocations {
                count: 2,
                bytes: 128
            }
        );
    }

    #[test]
    fn other_threads_do_not_count() {
        let (start, started) = std::sync::mpsc::sync_channel(0);
        let (done, is_done) = std::sync::mpsc::sync_channel(0);
        let thread = std::thread::spawn(move || {
            started.recv().unwrap();
            drop(black_box(vec![0_u8; 1 << 20]));
            done.send(()).unwrap();
        });
        let allocations = count_allocations(|| {
            start.send(()).unwrap();
            is_done.recv().unwrap();
        });
        thread.join().unwrap();
        assert!(allocations.bytes < 1 << 20, "{allocations:?}");
    }

    #[test]
    fn a_runtime_is_counted_with_its_tasks() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let idle = count_allocations(|| runtime.block_on(async {}));
        let busy = count_allocations(|| {
            runtime.block_on(async {
                let task = tokio::spawn(async { black_box(vec![0_u8; 4096]).len() });
                assert_eq!(task.await.unwrap(), 4096);
            });
        });
        assert!(busy.bytes >= idle.bytes + 4096, "{busy:?} after {idle:?}");
    }

    #[test]
    fn a_future_is_counted_across_its_polls_alone() {
        let mut has_waited = false;
        let waiting = poll_fn(move |_| match std::mem::replace(&mut has_waited, true) {
            true => Poll::Ready(()),
            false => Poll::Pending,
        });
        let mut counted = pin!(count_allocations_of(async {
            let before = black_box(vec![0_u8; 10]);
            waiting.await;
            let after = black_box(vec![0_u8; 20]);
            before.len() + after.len()
        }));
        let mut cx = Context::from_waker(Waker::noop());
        assert_eq!(counted.as_mut().poll(&mut cx), Poll::Pending);
        drop(black_box(vec![0_u8; 1000]));
        let expected = Allocations {
            count: 2,
            bytes: 30,
        };
        assert_eq!(counted.as_mut().poll(&mut cx), Poll::Ready((30, expected)));
    }
}
