//! Which methods are served.

use http::Method;

use super::HeadError;

/// The methods that are served: GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS, and those that a route
/// names. Everything else is refused: CONNECT and TRACE, methods nobody knows, and `get`, since methods are
/// case-sensitive (RFC 9110, section 9.1).
///
/// ```
/// use gateway_core::head::Methods;
/// use http::Method;
///
/// let methods = Methods::from_iter([Method::from_bytes(b"PURGE")?]);
/// assert!(methods.allow(&Method::GET));
/// assert!(methods.allow(&Method::from_bytes(b"PURGE")?));
/// assert!(!methods.allow(&Method::TRACE));
/// assert!(!methods.allow(&Method::from_bytes(b"get")?));
/// # Ok::<(), http::method::InvalidMethod>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Methods(Vec<Method>);

impl Methods {
    /// Whether `method` is served.
    pub fn allow(&self, method: &Method) -> bool {
        matches!(
            *method,
            Method::GET
                | Method::HEAD
                | Method::POST
                | Method::PUT
                | Method::PATCH
                | Method::DELETE
                | Method::OPTIONS
        ) || self.0.contains(method)
    }

    /// Checks the method of a request.
    ///
    /// # Errors
    /// [`HeadError::Method`] (501) where it is not served.
    pub fn check(&self, method: &Method) -> Result<(), HeadError> {
        if self.allow(method) {
            Ok(())
        } else {
            Err(HeadError::Method)
        }
    }
}

impl FromIterator<Method> for Methods {
    /// The usual methods and `named`.
    fn from_iter<I: IntoIterator<Item = Method>>(named: I) -> Self {
        Self(named.into_iter().collect())
    }
}
