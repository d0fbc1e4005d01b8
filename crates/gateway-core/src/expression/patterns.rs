//! Regexes, compiled when the file is loaded.

use std::any::Any;

use cel::common::ast::{CallExpr, EntryExpr, Expr, LiteralValue};
use cel::common::types::{CelBool, CelString, Type};
use cel::common::value::{CowVal, StaticVal, Val};
use cel::{ExecutionError, IdedExpr};

use super::fault::Fault;
use crate::config::Regex;

/// The function that `matches` is turned into: it takes a compiled pattern.
pub(super) const MATCHES: &str = "@matches";
/// The prefix of the variables that stand for compiled patterns.
pub(super) const VARIABLE: &str = "@pattern";

/// A compiled pattern as a value that an expression can handle.
#[derive(Clone, Debug)]
pub(super) struct Pattern(Regex);

/// The name of the type of compiled patterns.
pub(super) const TYPE_NAME: &str = "pattern";

static TYPE: Type = Type::new_unspecified_type(TYPE_NAME);

/// Turns every `text.matches("pattern")` below `expr` into a call with the compiled pattern, so that nothing
/// is compiled at request time, least of all something that a client wrote.
pub(super) fn compile(expr: &mut IdedExpr) -> Result<Vec<Pattern>, Fault> {
    let mut patterns = Vec::new();
    extract(expr, &mut patterns)?;
    Ok(patterns)
}

fn extract(expr: &mut IdedExpr, patterns: &mut Vec<Pattern>) -> Result<(), Fault> {
    if let Expr::Call(call) = &mut expr.expr
        && call.func_name == "matches"
    {
        replace(expr.id, call, patterns)?;
    }
    for child in children(&mut expr.expr) {
        extract(child, patterns)?;
    }
    Ok(())
}

fn replace(id: u64, call: &mut CallExpr, patterns: &mut Vec<Pattern>) -> Result<(), Fault> {
    let Some(mut pattern) = call.args.pop() else {
        return Ok(());
    };
    let Expr::Literal(LiteralValue::String(text)) = &pattern.expr else {
        let fault = Fault::new(id, "matches", "the pattern of `matches` is not a string");
        return Err(fault.help("write it out: a pattern is compiled when the file is loaded"));
    };
    let regex = text.inner().parse::<Regex>().map_err(|diagnosis| {
        let fault = Fault::new(pattern.id, "", diagnosis.message());
        match diagnosis.help_text() {
            Some(help) => fault.help(help),
            None => fault,
        }
    })?;
    pattern.expr = Expr::Ident(format!("{VARIABLE}{}", patterns.len()));
    patterns.push(Pattern(regex));
    // `matches(text, pattern)` says the same as `text.matches(pattern)`.
    let target = call.target.take().or_else(|| call.args.pop().map(Box::new));
    call.func_name = MATCHES.to_owned();
    call.target = target;
    call.args.push(pattern);
    Ok(())
}

fn children(expr: &mut Expr) -> Vec<&mut IdedExpr> {
    match expr {
        Expr::Call(call) => {
            let target = call.target.iter_mut().map(|target| &mut **target);
            target.chain(&mut call.args).collect()
        }
        Expr::Comprehension(loops) => vec![
            &mut loops.iter_range,
            &mut loops.accu_init,
            &mut loops.loop_cond,
            &mut loops.loop_step,
            &mut loops.result,
        ],
        Expr::List(list) => list.elements.iter_mut().collect(),
        Expr::Map(map) => map
            .entries
            .iter_mut()
            .flat_map(|entry| match &mut entry.expr {
                EntryExpr::MapEntry(entry) => vec![&mut entry.key, &mut entry.value],
                EntryExpr::StructField(field) => vec![&mut field.value],
            })
            .collect(),
        Expr::Select(select) => vec![&mut *select.operand],
        Expr::Struct(_) | Expr::Ident(_) | Expr::Literal(_) | Expr::Unspecified => Vec::new(),
    }
}

/// The implementation of [`MATCHES`].
pub(super) fn matches<'b, 'v>(
    arguments: Vec<CowVal<'b, 'v>>,
) -> Result<CowVal<'b, 'v>, ExecutionError> {
    let mut arguments = arguments.into_iter();
    let (Some(text), Some(pattern)) = (arguments.next(), arguments.next()) else {
        return Err(ExecutionError::missing_argument_or_target());
    };
    // The overload is declared for these types and no others.
    let text = text.downcast_ref::<CelString<'_>>();
    let found = match (text, pattern.downcast_ref::<Pattern>()) {
        (Some(text), Some(Pattern(regex))) => regex.is_match(text.inner()),
        _ => return Err(ExecutionError::missing_argument_or_target()),
    };
    Ok(CowVal::owned(CelBool::from(found)))
}

impl Val for Pattern {
    fn get_type(&self) -> &Type {
        &TYPE
    }

    fn cel_type() -> &'static Type {
        &TYPE
    }

    fn clone_as_boxed<'v>(&self) -> Box<dyn Val + 'v> {
        Box::new(self.clone())
    }

    fn as_any(&self) -> Option<&dyn Any> {
        Some(self)
    }
}

impl StaticVal for Pattern {}
