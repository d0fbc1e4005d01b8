//! What RFC 9113 asks of a server and the `h2` crate leaves out: the right error for a frame of the wrong size,
//! for a frame of a stream that the client has ended, for a broken header block, and an error at all for
//! pseudo-fields in trailers.
//!
//! [`GuardedIo`] stands between the socket and `h2` and looks at the heads of frames and at the outline of header
//! blocks as they pass. What comes from a violation on never reaches `h2`; the owner of the connection asks the
//! [`Verdict`] whenever `h2` has nothing to do, and says GOAWAY with the reason it names.

mod block_check;
mod frame_check;
mod guarded_io;
mod verdict;

pub(super) use guarded_io::GuardedIo;
pub(super) use verdict::Verdict;

use block_check::BlockCheck;
use frame_check::FrameCheck;
