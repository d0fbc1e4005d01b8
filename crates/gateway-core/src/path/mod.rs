//! The one canonical path of a request.
//!
//! Every part of the gateway that looks at a path (the matcher, each policy, a cache key, the upstream)
//! must look at the same path, or a request gets past a policy by spelling its path in another way.
//! [`CanonicalPath`] is that path: valid by construction, computed once per request, and recomputed
//! after a rewrite.
//!
//! The rules, in order:
//!
//! 1. Bytes that have no business in a path are refused: NUL and other controls, raw or escaped,
//!    backslashes, bytes outside ASCII, escapes that are not two hex digits, overlong UTF-8.
//! 2. Escaped unreserved characters are decoded and the hex digits of all other escapes put in upper
//!    case (RFC 3986, section 6.2.2); characters a URI does not allow are escaped.
//! 3. Escaped slashes and backslashes are refused or kept, by [`EncodedSlash`].
//! 4. Runs of slashes are merged and dot segments resolved. What would climb above the root is refused,
//!    and so is what servers are known to read in two ways: `..;`, `%252e%252e`, `..%252F`,
//!    `//..`.
//!
//! A path that is canonical already costs one pass over its bytes and no allocation.

mod canonical;
mod encoded_slash;
mod error;
mod escape;
mod normalize;
mod scan;
mod segment;
mod uri;

pub use canonical::CanonicalPath;
pub use encoded_slash::EncodedSlash;
pub use error::PathError;
pub use uri::canonicalize_uri;
