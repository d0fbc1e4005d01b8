//! The frames that a client sends, looked at once on their way from the socket to h2.
//!
//! ```text
//! frame_reader    where frames begin and end, in whatever pieces they come; nobody else knows
//! frame_head      the nine bytes before each
//! rules           what RFC 9113 forbids and h2 lets pass or misnames
//! payload_check   the part of that which stands in payloads
//! block_check     where the fields of a header block begin and end
//! ended_streams   which streams the client has ended lately
//! ```

mod block_check;
mod ended_streams;
mod frame_head;
mod frame_reader;
mod payload_check;
mod rules;

pub(super) use frame_reader::FrameReader;

use block_check::BlockCheck;
use ended_streams::EndedStreams;
use frame_head::FrameHead;
use payload_check::PayloadCheck;
use rules::Rules;
