//! How much is read for one head.

/// How much is read for one head. Unlike [`HeadLimits`](crate::head::HeadLimits), which judge a head that was
/// read, these bound what is held and looked at while it comes.
///
/// ```
/// use gateway_core::http1::HeadBounds;
///
/// let bounds = HeadBounds { fields: 10, ..HeadBounds::default() };
/// assert_eq!(bounds.size, 64 * 1024);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeadBounds {
    /// Largest head in bytes, its first and its empty line included; 64 KiB by default.
    pub size: usize,
    /// Most header fields, each line counted; 100 by default.
    pub fields: usize,
}

impl HeadBounds {
    pub(super) const DEFAULT: Self = Self {
        size: 64 * 1024,
        fields: 100,
    };
}

impl Default for HeadBounds {
    fn default() -> Self {
        Self::DEFAULT
    }
}
