//! The type of an expression's value, as far as it can be told without a request.

use std::fmt;

use cel::IdedExpr;
use cel::common::ast::{CallExpr, Expr, LiteralValue, operators};

use super::functions;
use super::vocabulary::Namespace;

/// The type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Bool,
    Number,
    String,
    Bytes,
    List,
    Map,
    Null,
}

impl Kind {
    /// The type of the value of `expr`, where it is certain.
    pub(super) fn of(expr: &IdedExpr) -> Option<Self> {
        match &expr.expr {
            Expr::Literal(literal) => Some(Self::of_literal(literal)),
            Expr::List(_) => Some(Self::List),
            Expr::Map(_) => Some(Self::Map),
            Expr::Call(call) => Self::of_call(call),
            Expr::Select(select) if select.test => Some(Self::Bool),
            Expr::Select(select) => match &select.operand.expr {
                Expr::Ident(name) => Namespace::from_name(name)?.kind(&select.field),
                _ => None,
            },
            _ => None,
        }
    }

    fn of_literal(literal: &LiteralValue) -> Self {
        match literal {
            LiteralValue::Boolean(_) => Self::Bool,
            LiteralValue::Bytes(_) => Self::Bytes,
            LiteralValue::Double(_) | LiteralValue::Int(_) | LiteralValue::UInt(_) => Self::Number,
            LiteralValue::Null => Self::Null,
            LiteralValue::String(_) => Self::String,
        }
    }

    fn of_call(call: &CallExpr) -> Option<Self> {
        match call.func_name.as_str() {
            operators::LOGICAL_AND
            | operators::LOGICAL_OR
            | operators::LOGICAL_NOT
            | operators::EQUALS
            | operators::NOT_EQUALS
            | operators::LESS
            | operators::LESS_EQUALS
            | operators::GREATER
            | operators::GREATER_EQUALS
            | operators::IN => Some(Self::Bool),
            operators::ADD => Self::of(call.args.first()?),
            operators::SUBSTRACT
            | operators::MULTIPLY
            | operators::DIVIDE
            | operators::MODULO
            | operators::NEGATE => Some(Self::Number),
            operators::CONDITIONAL => {
                let [_, then, otherwise] = call.args.as_slice() else {
                    return None;
                };
                Self::of(then).filter(|kind| Self::of(otherwise) == Some(*kind))
            }
            name => functions::find(name)?.result,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bool => "true or false",
            Self::Number => "a number",
            Self::String => "a string",
            Self::Bytes => "bytes",
            Self::List => "a list",
            Self::Map => "a map",
            Self::Null => "null",
        })
    }
}
