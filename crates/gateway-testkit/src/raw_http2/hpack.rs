//! Header blocks by the byte (RFC 7541): fields written as literals, and the status of an answer read.

/// A literal field that enters no table (§6.2.2), without Huffman coding.
pub fn literal(name: &str, value: &str) -> Vec<u8> {
    field(0x00, name, value)
}

/// A literal field that enters the dynamic table (§6.2.1), where it becomes number 62.
pub fn indexing(name: &str, value: &str) -> Vec<u8> {
    field(0x40, name, value)
}

/// A reference to number `index` of the two tables (§6.1).
pub fn indexed(index: usize) -> Vec<u8> {
    let mut block = Vec::new();
    integer(&mut block, 0x80, 7, index);
    block
}

/// The block of a whole request to the host `a`, by references and literals that enter no table.
pub fn request(method: &str, path: &str) -> Vec<u8> {
    [
        literal(":method", method),
        literal(":scheme", "http"),
        literal(":path", path),
        literal(":authority", "a"),
    ]
    .concat()
}

/// The status at the start of a response's block, for a peer that has no dynamic table to refer to.
pub(super) fn status(mut block: &[u8]) -> Option<u16> {
    // Changes of the table's size come first (§6.3); that to 0 is one byte.
    while let [0x20, rest @ ..] = block {
        block = rest;
    }
    let [first, rest @ ..] = block else {
        return None;
    };
    const INDEXED: [u16; 7] = [200, 204, 206, 304, 400, 404, 500];
    match first {
        0x88..=0x8e => Some(INDEXED[usize::from(first - 0x88)]),
        // A literal of the name that number 8 has, be it indexed, unindexed or never to be indexed.
        0x48 | 0x08 | 0x18 => digits(rest),
        _ => None,
    }
}

/// A number in a string literal (§5.2).
fn digits(literal: &[u8]) -> Option<u16> {
    let [head, rest @ ..] = literal else {
        return None;
    };
    let text = rest.get(..usize::from(head & 0x7f))?;
    if head & 0x80 == 0 {
        return std::str::from_utf8(text).ok()?.parse().ok();
    }
    let mut bits = text
        .iter()
        .flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1));
    let mut number = 0;
    // In the code of appendix B, 0 to 2 have five bits and 3 to 9 six; what is left over is ones.
    for _ in 0..3 {
        let mut code = 0;
        for _ in 0..5 {
            code = code << 1 | bits.next()?;
        }
        let digit = if code <= 2 {
            code
        } else {
            (code << 1 | bits.next()?).checked_sub(0x19)? + 3
        };
        number = number * 10 + u16::from(digit);
    }
    Some(number)
}

fn field(pattern: u8, name: &str, value: &str) -> Vec<u8> {
    let mut block = vec![pattern];
    for text in [name, value] {
        integer(&mut block, 0, 7, text.len());
        block.extend_from_slice(text.as_bytes());
    }
    block
}

/// An integer behind a `pattern` that leaves it `bits` of the first byte (§5.1).
fn integer(block: &mut Vec<u8>, pattern: u8, bits: u8, mut value: usize) {
    let most = (1_usize << bits) - 1;
    if value < most {
        block.push(pattern | value as u8);
        return;
    }
    block.push(pattern | most as u8);
    value -= most;
    while value >= 0x80 {
        block.push(value as u8 & 0x7f | 0x80);
        value >>= 7;
    }
    block.push(value as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_written_as_the_rfc_has_them() {
        // Appendix C.2.1 without the Huffman code, and C.1.2.
        let custom = indexing("custom-key", "custom-header");
        assert_eq!(custom, b"\x40\x0acustom-key\x0dcustom-header");
        assert_eq!(literal("a", "b"), b"\x00\x01a\x01b");
        assert_eq!(indexed(2), [0x82]);
        let mut block = Vec::new();
        integer(&mut block, 0xe0, 5, 1337);
        assert_eq!(block, [0xff, 0x9a, 0x0a]);
    }

    #[test]
    fn statuses_are_read_in_every_form() {
        for (block, status_read) in [
            (&b"\x88"[..], Some(200)),
            (b"\x20\x8d\x00", Some(404)),
            (b"\x48\x03429", Some(429)),
            (b"\x08\x03101", Some(101)),
            // Appendix C.6.1: 302 in Huffman's code; then 307, of C.6.2.
            (b"\x48\x82\x64\x02", Some(302)),
            (b"\x48\x83\x64\x0e\xff", Some(307)),
            (b"\xbe", None),
            (b"\x48\x03", None),
            (b"", None),
        ] {
            assert_eq!(status(block), status_read, "{block:x?}");
        }
    }
}
