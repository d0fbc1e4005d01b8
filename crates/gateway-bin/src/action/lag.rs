//! What of a body its copy has yet to read.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http_body::Frame;

/// A copy that lags behind by as many bytes when a frame comes is cut off.
const MOST_BYTES: usize = 256 * 1024;

/// A copy that lags behind by as many frames when another comes is cut off, however small they are.
const MOST_FRAMES: usize = 256;

/// A bounded queue of frames from the original to the copy, which the original never waits for.
#[derive(Debug, Default)]
pub(super) struct Lag(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    frames: VecDeque<Frame<Bytes>>,
    /// The data in `frames`.
    bytes: usize,
    end: Option<End>,
    reader: Option<Waker>,
}

/// How the frames end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// With the body.
    Complete,
    /// Before it: the copy must not look complete.
    CutOff,
}

impl Lag {
    /// Adds a frame and, where nothing comes after it, the end. Returns whether more is wanted.
    pub(super) fn push(&self, frame: Frame<Bytes>, is_last: bool) -> bool {
        let mut state = self.state();
        if state.bytes >= MOST_BYTES || state.frames.len() >= MOST_FRAMES {
            finish(state, End::CutOff);
            return false;
        }
        state.bytes += length(&frame);
        state.frames.push_back(frame);
        if is_last {
            finish(state, End::Complete);
        } else {
            wake(state);
        }
        !is_last
    }

    /// Ends the frames.
    pub(super) fn end(&self, end: End) {
        finish(self.state(), end);
    }

    /// Takes the next frame, or says how they ended.
    pub(super) fn poll_next(&self, cx: &mut Context<'_>) -> Poll<Result<Frame<Bytes>, End>> {
        let mut state = self.state();
        if let Some(frame) = state.frames.pop_front() {
            state.bytes -= length(&frame);
            return Poll::Ready(Ok(frame));
        }
        match state.end {
            Some(end) => Poll::Ready(Err(end)),
            None => {
                state.reader = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }

    /// Whether everything was taken and nothing comes.
    pub(super) fn is_complete(&self) -> bool {
        let state = self.state();
        state.frames.is_empty() && state.end == Some(End::Complete)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn finish(mut state: MutexGuard<'_, State>, end: End) {
    state.end = Some(end);
    if end == End::CutOff {
        state.frames.clear();
        state.bytes = 0;
    }
    wake(state);
}

/// Wakes who waits for a frame, once the lock is free.
fn wake(mut state: MutexGuard<'_, State>) {
    let reader = state.reader.take();
    drop(state);
    if let Some(reader) = reader {
        reader.wake();
    }
}

fn length(frame: &Frame<Bytes>) -> usize {
    frame.data_ref().map_or(0, Bytes::len)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(lag: &Lag) -> Poll<Result<usize, End>> {
        let polled = lag.poll_next(&mut Context::from_waker(Waker::noop()));
        polled.map(|frame| frame.map(|frame| length(&frame)))
    }

    fn data(length: usize) -> Frame<Bytes> {
        Frame::data(vec![0; length].into())
    }

    #[test]
    fn bytes_and_frames_are_bounded() {
        for (size, most) in [(64 * 1024, 4), (1, MOST_FRAMES), (MOST_BYTES * 2, 1)] {
            let lag = Lag::default();
            for _ in 0..most {
                assert!(lag.push(data(size), false), "{size}");
            }
            assert!(!lag.push(data(size), false), "{size}");
            assert_eq!(next(&lag), Poll::Ready(Err(End::CutOff)));
        }
    }

    #[test]
    fn what_is_read_makes_room() {
        let lag = Lag::default();
        for _ in 0..MOST_FRAMES * 2 {
            assert!(lag.push(data(MOST_BYTES), false));
            assert_eq!(next(&lag), Poll::Ready(Ok(MOST_BYTES)));
        }
        assert_eq!(next(&lag), Poll::Pending);
    }

    #[test]
    fn the_end_comes_after_the_frames() {
        let lag = Lag::default();
        assert!(!lag.push(data(1), true));
        assert!(!lag.is_complete());
        assert_eq!(next(&lag), Poll::Ready(Ok(1)));
        assert!(lag.is_complete());
        assert_eq!(next(&lag), Poll::Ready(Err(End::Complete)));
    }
}
