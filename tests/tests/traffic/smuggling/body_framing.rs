//! Heads that leave it open where their body ends.

use super::corpus::{Hostile, SMUGGLED, post};

const BODY: &str = "0\r\n\r\n";

/// With a length that covers what is smuggled.
fn covering(fields: &str) -> String {
    let length = (BODY.len() + SMUGGLED.len()).to_string();
    post(
        &fields.replace("LENGTH", &length),
        &[BODY, SMUGGLED].concat(),
    )
}

/// With a length that ends before it: what follows is another request, unless it is refused.
fn ending_before(fields: &str) -> String {
    let length = BODY.len().to_string();
    post(
        &fields.replace("LENGTH", &length),
        &[BODY, SMUGGLED].concat(),
    )
}

/// Fields that say two things about the end of the body.
const CONTRADICTING: [&str; 20] = [
    "Content-Length: LENGTH\r\nTransfer-Encoding: chunked\r\n",
    "Transfer-Encoding: chunked\r\nContent-Length: LENGTH\r\n",
    "Content-Length: LENGTH\r\nTransfer-Encoding : chunked\r\n",
    "Content-Length: LENGTH\r\nTransfer-Encoding\t: chunked\r\n",
    "Content-Length: LENGTH\r\n Transfer-Encoding: chunked\r\n",
    "Content-Length: LENGTH\r\nTransfer-Encoding:\r\n chunked\r\n",
    "Content-Length: LENGTH\r\nTransfer-Encoding:chunked\r\n",
    "Content-Length: LENGTH\r\nTransfer-Encoding:\x0bchunked\r\n",
    "Content-Length: LENGTH\r\nTransfer-Encoding: chunked\x0c\r\n",
    "Content-Length: LENGTH\r\nTransfer-Encoding: chunked\0\r\n",
    "Content-Length: LENGTH\r\nX: y\nTransfer-Encoding: chunked\r\n",
    "Content-Length: LENGTH\r\nX: y\rTransfer-Encoding: chunked\r\n",
    "content-length: LENGTH\r\ntransfer-encoding: CHUNKED\r\n",
    "Content-Length: LENGTH\r\nTransfer-Encoding: xchunked\r\n",
    "Content-Length: LENGTH\r\nTransfer-Encoding: identity\r\n",
    "Content-Length: LENGTH\r\nTransfer-Encoding: \"chunked\"\r\n",
    "Content-Length: LENGTH\r\nTransfer-Encoding: chunked, identity\r\n",
    "Content-Length: LENGTH\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n",
    "Connection: transfer-encoding\r\nContent-Length: LENGTH\r\nTransfer-Encoding: chunked\r\n",
    "Expect: 100-continue\r\nContent-Length: LENGTH\r\nTransfer-Encoding: chunked\r\n",
];

/// Fields that say one thing to us, which covers all of it, and might say another to others.
const COVERING: [&str; 6] = [
    "Content-Length: LENGTH\r\nTransfer_Encoding: chunked\r\n",
    "Content-Length: LENGTH\r\nContent_Length: 5\r\n",
    "Connection: content-length\r\nContent-Length: LENGTH\r\n",
    "Expect: y 100-continue\r\nContent-Length: LENGTH\r\n",
    "Connection: upgrade\r\nUpgrade: h2c\r\nContent-Length: LENGTH\r\n",
    "Connection: upgrade\r\nUpgrade: websocket\r\nContent-Length: LENGTH\r\n",
];

/// Lengths that some take for a number.
const ODD_LENGTHS: [&str; 19] = [
    "0\r\nContent-Length: LENGTH",
    "LENGTH\r\nContent-Length: 0",
    "0, LENGTH",
    "LENGTH, 0",
    "+LENGTH",
    "-LENGTH",
    "0xLENGTH",
    "LENGTH ,",
    "0LENGTH",
    "LENGTH.0",
    "LENGTH\t",
    "\x0bLENGTH",
    "LENGTH;",
    "1_0",
    "\u{0663}",
    "LENGTHe1",
    "",
    "18446744073709551616",
    "4294967296",
];

/// The hostile requests of this kind.
pub(super) fn hostile() -> Vec<Hostile> {
    let mut all = Vec::new();
    for fields in CONTRADICTING {
        all.push(("two ends", covering(fields)));
        all.push(("two ends", ending_before(fields)));
    }
    for fields in COVERING {
        all.push(("two readings", covering(fields)));
    }
    for length in ODD_LENGTHS {
        let fields = format!("Content-Length: {length}\r\n");
        all.push(("an odd length", covering(&fields)));
    }
    all
}
