//! What the gateway itself says in a WebSocket: that it goes away.

use bytes::Bytes;

/// The code 1001, "going away" (RFC 6455, section 7.4.1).
const GOING_AWAY: [u8; 2] = 1001_u16.to_be_bytes();

/// Final fragment, opcode 8.
const CLOSE: u8 = 0x88;

/// To a client: not masked (RFC 6455, section 5.1).
pub(super) fn to_client() -> Bytes {
    let [high, low] = GOING_AWAY;
    Bytes::from(vec![CLOSE, 2, high, low])
}

/// To a server: masked (RFC 6455, section 5.3). The payload being constant, nobody could make use of knowing the
/// mask.
pub(super) fn to_upstream() -> Bytes {
    masked(fastrand::u32(..).to_ne_bytes())
}

fn masked(mask: [u8; 4]) -> Bytes {
    let [high, low] = GOING_AWAY;
    let [first, second, third, fourth] = mask;
    Bytes::from(vec![
        CLOSE,
        0x80 | 2,
        first,
        second,
        third,
        fourth,
        high ^ first,
        low ^ second,
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frames_are_those_of_the_standard() {
        assert_eq!(to_client()[..], [0x88, 0x02, 0x03, 0xe9]);
        assert_eq!(
            masked([0x37, 0xfa, 0x21, 0x3d])[..],
            [0x88, 0x82, 0x37, 0xfa, 0x21, 0x3d, 0x34, 0x13]
        );
    }
}
