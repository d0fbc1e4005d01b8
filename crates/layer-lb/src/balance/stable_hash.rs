//! A hash that is the same everywhere.

/// A hash of `bytes` that is the same in every gateway, on every machine and after every restart, so that all
/// gateways send a key to the same endpoint: FNV-1a, its bits mixed by the end of MurmurHash3.
///
/// Whoever chooses keys can make them collide, and so send many to one endpoint; by sending one key often, they can do
/// so anyway.
///
/// ```
/// use layer_lb::balance::stable_hash;
///
/// assert_eq!(stable_hash(b"ada"), 0x21a5_12b9_376a_50e9);
/// assert_ne!(stable_hash(b"ada"), stable_hash(b"adb"));
/// ```
pub fn stable_hash(bytes: &[u8]) -> u64 {
    extend(BEGIN, bytes).finish()
}

/// A hash that grows part by part.
#[derive(Clone, Copy, Debug)]
pub(super) struct StableHash(u64);

const BEGIN: StableHash = StableHash(0xcbf2_9ce4_8422_2325);

fn extend(StableHash(mut hash): StableHash, bytes: &[u8]) -> StableHash {
    for byte in bytes {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    StableHash(hash)
}

impl StableHash {
    /// Of nothing yet.
    pub(super) fn new() -> Self {
        BEGIN
    }

    /// With one part more, which is told from what comes before and after it.
    pub(super) fn part(self, bytes: &[u8]) -> Self {
        extend(extend(self, bytes), &(bytes.len() as u64).to_le_bytes())
    }

    /// The hash.
    pub(super) fn finish(self) -> u64 {
        mix(self.0)
    }
}

/// Mixes bits one to one, so that each depends on all (MurmurHash3's `fmix64`).
pub(super) fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    bits = (bits ^ (bits >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    bits ^ (bits >> 33)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_told_apart() {
        let of = |parts: &[&str]| {
            let start = StableHash::new();
            let whole = parts
                .iter()
                .fold(start, |hash, part| hash.part(part.as_bytes()));
            whole.finish()
        };
        assert_eq!(of(&["a", "b"]), of(&["a", "b"]));
        assert_ne!(of(&["ab", "c"]), of(&["a", "bc"]));
        assert_ne!(of(&["a"]), of(&["a", ""]));
    }

    #[test]
    fn similar_keys_spread() {
        let mut counts = [0_u32; 16];
        for number in 0..16_000 {
            counts[(stable_hash(format!("user-{number}").as_bytes()) >> 60) as usize] += 1;
        }
        assert!(
            counts.iter().all(|count| (850..1150).contains(count)),
            "{counts:?}"
        );
    }
}
