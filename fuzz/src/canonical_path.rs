//! Paths.

use gateway_core::path::{CanonicalPath, EncodedSlash};

/// A canonical path is its own canonical form, lies below the root and has neither empty nor dot segments.
///
/// # Panics
/// Where that is not so.
pub fn canonical_path(data: &[u8]) {
    let Ok(raw) = std::str::from_utf8(data) else {
        return;
    };
    for slash in [EncodedSlash::Refuse, EncodedSlash::Keep] {
        let Ok(path) = CanonicalPath::parse(raw, slash) else {
            continue;
        };
        let path = path.into_string();
        let again = CanonicalPath::parse(&path, slash);
        assert!(
            again.is_ok_and(|again| again.as_str() == path && !again.is_changed()),
            "{path:?} has another form"
        );
        let below = path
            .strip_prefix('/')
            .unwrap_or_else(|| panic!("{path:?} is relative"));
        let (folders, _) = below.rsplit_once('/').unwrap_or_default();
        let mut segments = below.split('/');
        assert!(
            segments.all(|segment| !is_dots(segment)),
            "{path:?} has dots"
        );
        assert!(
            !path.contains("//") || folders.is_empty(),
            "{path:?} has an empty segment"
        );
        assert!(path.bytes().all(|byte| byte.is_ascii_graphic()), "{path:?}");
        assert!(!path.contains(['\\', '?', '#']), "{path:?} has a delimiter");
        let upper = path.to_ascii_uppercase();
        assert!(!upper.contains("%00") && !upper.contains("%2E"), "{path:?}");
        let has_slash = upper.contains("%2F") || upper.contains("%5C");
        assert!(
            slash == EncodedSlash::Keep || !has_slash,
            "{path:?} hides a slash"
        );
    }
}

fn is_dots(segment: &str) -> bool {
    // What servers of Java call a path parameter is no part of the name to them.
    let name = segment.split(';').next().unwrap_or(segment);
    matches!(name, "." | "..")
}
