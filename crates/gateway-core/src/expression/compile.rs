//! From source text to a checked expression.

use std::thread;

use cel::IdedExpr;

use super::patterns::Pattern;
use super::{check, diagnose, environment, patterns};
use crate::config::Diagnosis;
use crate::facts::FactId;

/// The longest source in bytes.
const LONGEST: usize = 4096;
/// How deep parentheses, brackets and braces may nest.
const DEEPEST: u16 = 24;
/// The parser recurses with large frames; its stack must hold the longest and deepest source.
const STACK: usize = 32 << 20;

/// An expression that parses and whose names are known.
pub(super) struct Compiled {
    pub(super) source: Box<str>,
    pub(super) tree: IdedExpr,
    pub(super) patterns: Vec<Pattern>,
    pub(super) needs: Vec<FactId>,
}

/// Compiles `source`.
pub(super) fn compile(source: &str) -> Result<Compiled, Diagnosis> {
    if source.trim().is_empty() {
        return Err(Diagnosis::new("the expression is empty"));
    }
    if source.len() > LONGEST {
        let message = format!("the expression is longer than {LONGEST} bytes");
        return Err(Diagnosis::new(message).within(LONGEST, source.len() - LONGEST));
    }
    // The thread lives no longer than this call; it is here for its stack alone.
    thread::scope(|scope| {
        thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, || parse_and_check(source))
            .ok()
            .and_then(|thread| thread.join().ok())
            .unwrap_or_else(|| Err(Diagnosis::new("the expression cannot be parsed")))
    })
}

fn parse_and_check(source: &str) -> Result<Compiled, Diagnosis> {
    let parser = environment::get().parser().max_recursion_depth(DEEPEST);
    let (mut tree, info) = parser
        .parse_with_source_info(source)
        .map_err(|errors| diagnose::syntax(source, &errors))?;
    let needs = check::check(&tree).map_err(|fault| fault.locate(&info))?;
    let patterns = patterns::compile(&mut tree).map_err(|fault| fault.locate(&info))?;
    Ok(Compiled {
        source: source.into(),
        tree,
        patterns,
        needs,
    })
}

pub(super) fn too_deep() -> Diagnosis {
    Diagnosis::new(format!("more than {DEEPEST} brackets inside one another"))
}
