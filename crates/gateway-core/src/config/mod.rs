//! The vocabulary of the configuration file, and errors that show the line.
//!
//! A [`Source`] is parsed into a [`Document`], a tree of [`Node`]s that know their places; [`decode`]
//! turns a node into any `Deserialize` type and reports everything that is wrong with it at once;
//! [`render`] shows the [`ConfigErrors`] with line, caret and what to write instead.
//!
//! The types that a layer's config is made of ([`Duration`], [`ByteSize`], [`Rate`], [`Secret`] and so on)
//! carry their unit in the value and their description in the JSON Schema. A type of your own joins them
//! by [`Text`] if it is written as one string, or by [`StringOrTable`] if it has a short form and a long one.
//! [`Located`] keeps the place of a value for checks that come later.

mod base_dir;
mod de;
mod decode;
mod diagnosis;
mod document;
mod duplicates;
mod error;
mod located;
mod node;
mod render;
mod section;
mod source;
mod span;
mod string_or_table;
mod suggest;
mod syntax;
mod table;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod text;
mod tree;
mod unknown;
mod vocabulary;
mod wording;

#[doc(hidden)]
pub mod macro_support;

pub use base_dir::{resolve_path, with_base_dir};
pub use decode::{decode, decode_beside, salvage};
pub use diagnosis::Diagnosis;
pub use document::Document;
pub use error::{ConfigError, ConfigErrors};
pub use located::Located;
pub use node::Node;
pub use render::{Style, render};
pub use source::{Position, Source};
pub use span::Span;
pub use string_or_table::StringOrTable;
pub use suggest::did_you_mean;
pub use table::Table;
pub use text::Text;
pub use unknown::{unknown_key, unknown_name};
pub use vocabulary::{
    ByteRate, ByteSize, Cidr, Duration, HeaderName, HeaderValue, Method, Percent, Rate, Regex,
    Secret, Status,
};
