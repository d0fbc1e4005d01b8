//! The functions an expression may call.

use super::kind::Kind;

/// A function and the ways to call it.
pub(super) struct Function {
    pub(super) name: &'static str,
    /// How many arguments it takes when it is called as `f(x)`.
    pub(super) global: &'static [usize],
    /// How many arguments it takes when it is called as `x.f()`, the target not counted.
    pub(super) member: &'static [usize],
    /// The type of its value, where it is always the same.
    pub(super) result: Option<Kind>,
}

/// CEL's standard functions, and those of its strings extension whose result is no longer than what they
/// are given: `replace`, `join` and `format` could make a small request into a large string.
#[rustfmt::skip]
pub(super) const FUNCTIONS: &[Function] = &[
    global("bool", &[1], Some(Kind::Bool)),
    global("bytes", &[1], Some(Kind::Bytes)),
    global("double", &[1], Some(Kind::Number)),
    global("dyn", &[1], None),
    global("int", &[1], Some(Kind::Number)),
    global("optional.none", &[0], None),
    global("optional.of", &[1], None),
    global("optional.ofNonZeroValue", &[1], None),
    Function { name: "size", global: &[1], member: &[0], result: Some(Kind::Number) },
    global("string", &[1], Some(Kind::String)),
    global("type", &[1], None),
    global("uint", &[1], Some(Kind::Number)),
    member("charAt", &[1], Some(Kind::String)),
    member("contains", &[1], Some(Kind::Bool)),
    member("endsWith", &[1], Some(Kind::Bool)),
    member("hasValue", &[0], Some(Kind::Bool)),
    member("indexOf", &[1, 2], Some(Kind::Number)),
    member("lastIndexOf", &[1, 2], Some(Kind::Number)),
    member("lowerAscii", &[0], Some(Kind::String)),
    Function { name: "matches", global: &[2], member: &[1], result: Some(Kind::Bool) },
    member("or", &[1], None),
    member("orValue", &[1], None),
    member("split", &[1, 2], Some(Kind::List)),
    member("startsWith", &[1], Some(Kind::Bool)),
    member("substring", &[1, 2], Some(Kind::String)),
    member("trim", &[0], Some(Kind::String)),
    member("upperAscii", &[0], Some(Kind::String)),
    member("value", &[0], None),
];

/// The macros, which are gone from a parsed expression but may have been meant by a misspelled name.
pub(super) const MACROS: [&str; 6] = ["has", "all", "exists", "exists_one", "map", "filter"];

/// The function `name`.
pub(super) fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|function| function.name == name)
}

/// Whether `name` is an operator, or something that a macro expands to.
pub(super) fn is_operator(name: &str) -> bool {
    name.starts_with(['_', '!', '-', '@'])
}

const fn global(name: &'static str, arguments: &'static [usize], result: Option<Kind>) -> Function {
    Function {
        name,
        global: arguments,
        member: &[],
        result,
    }
}

const fn member(name: &'static str, arguments: &'static [usize], result: Option<Kind>) -> Function {
    Function {
        name,
        global: &[],
        member: arguments,
        result,
    }
}
