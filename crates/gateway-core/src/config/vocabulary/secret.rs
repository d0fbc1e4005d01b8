//! A value that stands outside of the file: `{ env = "NAME" }` or `{ file = "path" }`.

use std::borrow::Cow;
use std::fmt;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::config::{Diagnosis, resolve_path};

/// The largest secret: 64 KiB.
const LARGEST: u64 = 64 * 1024;

/// What errors ask for.
const WANTED: &str = "{ env = \"NAME\" } or { file = \"path\" }";

/// A secret, read from an environment variable or a file when the configuration is loaded. It is never
/// shown: `Debug` hides it, and there is no `Display`.
///
/// A relative path stands beside the configuration file. The line break at the end of a file is no part
/// of the secret. An unset variable, an unreadable file and an empty secret are errors.
///
/// ```
/// use gateway_core::config::Secret;
///
/// let secret = Secret::new("hunter2");
/// assert_eq!(secret.expose(), "hunter2");
/// assert_eq!(format!("{secret:?}"), "Secret(***)");
/// ```
#[derive(Clone)]
pub struct Secret(Arc<str>);

impl Secret {
    /// A secret that comes from somewhere else.
    pub fn new(secret: impl Into<Arc<str>>) -> Self {
        Self(secret.into())
    }

    /// The secret in clear.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

/// The table; each place resolves itself, so that an error is shown below its name.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Origin {
    Env(Variable),
    File(Contents),
}

#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Variable(Arc<str>);

impl TryFrom<String> for Variable {
    type Error = Diagnosis;

    fn try_from(name: String) -> Result<Self, Diagnosis> {
        let refused =
            |why: &str| Diagnosis::new(format!("the environment variable `{name}` {why}"));
        if name.is_empty() || name.contains(['=', '\0']) {
            return Err(Diagnosis::new("no environment variable can have this name"));
        }
        match std::env::var(&name) {
            Ok(value) if value.is_empty() => Err(refused("is empty")),
            Ok(value) => Ok(Self(value.into())),
            Err(std::env::VarError::NotPresent) => {
                Err(refused("is not set").help(format!("set `{name}` before starting the gateway")))
            }
            Err(std::env::VarError::NotUnicode(_)) => Err(refused("is not valid UTF-8")),
        }
    }
}

#[derive(Deserialize)]
#[serde(try_from = "PathBuf")]
struct Contents(Arc<str>);

impl TryFrom<PathBuf> for Contents {
    type Error = Diagnosis;

    fn try_from(path: PathBuf) -> Result<Self, Diagnosis> {
        let path = resolve_path(&path);
        let refused = |why: &dyn fmt::Display| {
            Diagnosis::new(format!(
                "cannot read the secret in `{}`: {why}",
                path.display()
            ))
        };
        let mut text = String::new();
        std::fs::File::open(&path)
            .and_then(|file| file.take(LARGEST + 1).read_to_string(&mut text))
            .map_err(|error| refused(&error))?;
        if text.len() as u64 > LARGEST {
            return Err(refused(&"it is larger than 64 KiB"));
        }
        let secret = text.strip_suffix('\n').unwrap_or(&text);
        let secret = secret.strip_suffix('\r').unwrap_or(secret);
        if secret.is_empty() {
            return Err(refused(&"it is empty"));
        }
        Ok(Self(secret.into()))
    }
}

struct SecretVisitor;

impl<'de> Visitor<'de> for SecretVisitor {
    type Value = Secret;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(WANTED)
    }

    /// The text is not repeated in the error: it may well be the secret.
    fn visit_str<E: Error>(self, _text: &str) -> Result<Secret, E> {
        let diagnosis = Diagnosis::new("a secret does not stand in this file itself");
        Err(E::custom(diagnosis.help(format!("write {WANTED}"))))
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Secret, A::Error> {
        Ok(
            match Origin::deserialize(MapAccessDeserializer::new(entries))? {
                Origin::Env(Variable(secret)) | Origin::File(Contents(secret)) => Secret(secret),
            },
        )
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SecretVisitor)
    }
}

impl JsonSchema for Secret {
    fn schema_name() -> Cow<'static, str> {
        "Secret".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let form = |key: &str, description: &str| {
            json_schema!({
                "type": "object",
                "properties": { key: { "type": "string", "minLength": 1, "description": description } },
                "required": [key],
                "additionalProperties": false,
            })
        };
        json_schema!({
            "description": "A secret, read when the file is loaded and never shown.",
            "examples": [{ "env": "ADMIN_TOKEN" }, { "file": "secrets/admin-token" }],
            "oneOf": [
                form("env", "The environment variable that holds it."),
                form("file", "The file that holds it; a relative path stands beside the configuration file."),
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::testing::{pointed_at, value};
    use crate::config::with_base_dir;

    #[test]
    fn from_the_environment() {
        let secret: Secret = value("{ env = 'PATH' }").unwrap();
        assert_eq!(secret.expose(), std::env::var("PATH").unwrap());
        let unset = "{ env = 'PORTCULLIS_TEST_UNSET' }";
        assert_eq!(
            value::<Secret>(unset).unwrap_err(),
            "the environment variable `PORTCULLIS_TEST_UNSET` is not set \
             (set `PORTCULLIS_TEST_UNSET` before starting the gateway)"
        );
        assert_eq!(pointed_at::<Secret>(unset), "'PORTCULLIS_TEST_UNSET'");
    }

    #[test]
    fn from_a_file_beside_the_configuration() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("token"), "s3cret\r\n").unwrap();
        std::fs::write(directory.path().join("empty"), "\n").unwrap();
        let read = |toml| with_base_dir(directory.path().into(), || value::<Secret>(toml));
        assert_eq!(read("{ file = 'token' }").unwrap().expose(), "s3cret");
        let empty = read("{ file = 'empty' }").unwrap_err();
        assert!(empty.ends_with("empty`: it is empty"), "{empty}");
        let missing = read("{ file = 'missing' }").unwrap_err();
        assert!(
            missing.starts_with("cannot read the secret in `"),
            "{missing}"
        );
    }

    #[test]
    fn a_secret_in_the_file_is_refused_and_not_repeated() {
        let error = value::<Secret>("'hunter2'").unwrap_err();
        assert!(!error.contains("hunter2"));
        assert!(error.starts_with("a secret does not stand in this file itself"));
        assert_eq!(
            value::<Secret>("{ envv = 'X' }").unwrap_err(),
            "unknown key `envv` (did you mean `env`?)"
        );
    }
}
