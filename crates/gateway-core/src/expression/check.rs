//! Checking the names in an expression, and finding out what it reads.

use cel::IdedExpr;
use cel::common::ast::{CallExpr, ComprehensionExpr, EntryExpr, Expr, LiteralValue, operators};

use super::call;
use super::fault::{Fault, instead};
use super::functions;
use super::vocabulary::Namespace;
use crate::facts::FactId;

/// How deep an expression may nest.
const DEEPEST: usize = 64;
/// How many comprehensions (`all`, `exists`, `map`, …) may stand inside one another: each goes over up to a
/// hundred header fields, so that three would take a request too long.
const MOST_NESTED_LOOPS: usize = 2;
/// Names of types, which `type(x)` is compared with.
const TYPES: [&str; 11] = [
    "bool",
    "bytes",
    "double",
    "int",
    "list",
    "map",
    "null_type",
    "optional_type",
    "string",
    "type",
    "uint",
];

/// Checks all names in `expr` and returns the facts it reads.
pub(super) fn check(expr: &IdedExpr) -> Result<Vec<FactId>, Fault> {
    let mut checker = Checker::default();
    checker.expr(expr)?;
    Ok(checker.needs)
}

#[derive(Default)]
struct Checker<'e> {
    /// The variables of the comprehensions around the current node.
    locals: Vec<&'e str>,
    needs: Vec<FactId>,
    depth: usize,
    loops: usize,
}

impl<'e> Checker<'e> {
    fn expr(&mut self, expr: &'e IdedExpr) -> Result<(), Fault> {
        if self.depth == DEEPEST {
            return Err(Fault::new(
                expr.id,
                "",
                "the expression is nested too deeply",
            ));
        }
        self.depth += 1;
        match &expr.expr {
            Expr::Literal(_) => {}
            Expr::Ident(name) => self.variable(expr.id, name)?,
            Expr::Select(select) => match self.namespace(&select.operand) {
                Some(namespace) => self.member(expr.id, namespace, &select.field)?,
                None => self.expr(&select.operand)?,
            },
            Expr::Call(call) => self.call(expr.id, call)?,
            Expr::List(list) => self.all(&list.elements)?,
            Expr::Map(map) => {
                for entry in &map.entries {
                    if let EntryExpr::MapEntry(entry) = &entry.expr {
                        self.expr(&entry.key)?;
                        self.expr(&entry.value)?;
                    }
                }
            }
            Expr::Comprehension(comprehension) => self.comprehension(expr.id, comprehension)?,
            Expr::Struct(message) => {
                let error = format!("there is no message type `{}`", message.type_name);
                return Err(Fault::new(expr.id, &message.type_name, error));
            }
            Expr::Unspecified => {
                return Err(Fault::new(expr.id, "", "the expression is incomplete"));
            }
        }
        self.depth -= 1;
        Ok(())
    }

    fn all(&mut self, exprs: &'e [IdedExpr]) -> Result<(), Fault> {
        exprs.iter().try_for_each(|expr| self.expr(expr))
    }

    fn comprehension(&mut self, id: u64, loops: &'e ComprehensionExpr) -> Result<(), Fault> {
        if self.loops == MOST_NESTED_LOOPS {
            let message = format!("more than {MOST_NESTED_LOOPS} loops inside one another");
            return Err(Fault::new(id, "", message));
        }
        self.expr(&loops.iter_range)?;
        self.expr(&loops.accu_init)?;
        let outer = self.locals.len();
        self.locals.push(&loops.accu_var);
        self.locals.push(&loops.iter_var);
        self.locals.extend(loops.iter_var2.as_deref());
        self.loops += 1;
        self.expr(&loops.loop_cond)?;
        self.expr(&loops.loop_step)?;
        self.expr(&loops.result)?;
        self.loops -= 1;
        self.locals.truncate(outer);
        Ok(())
    }

    fn call(&mut self, id: u64, call: &'e CallExpr) -> Result<(), Fault> {
        if let Some((namespace, member)) = self.indexed_member(call) {
            return self.member(id, namespace, member);
        }
        if functions::is_operator(&call.func_name) {
            return self.all(&call.args);
        }
        let target = call.target.as_deref();
        let is_optional =
            |expr: &IdedExpr| matches!(&expr.expr, Expr::Ident(name) if name == "optional");
        if target.is_some_and(is_optional) {
            call::check(
                id,
                &format!("optional.{}", call.func_name),
                false,
                call.args.len(),
            )?;
        } else {
            call::check(id, &call.func_name, target.is_some(), call.args.len())?;
            target.map_or(Ok(()), |target| self.expr(target))?;
        }
        self.all(&call.args)
    }

    /// `request["method"]`, `request[?"method"]` and `request.?method`.
    fn indexed_member(&self, call: &'e CallExpr) -> Option<(Namespace, &'e str)> {
        let [operand, index] = call.args.as_slice() else {
            return None;
        };
        match (call.func_name.as_str(), &index.expr) {
            (
                operators::INDEX | operators::OPT_INDEX | operators::OPT_SELECT,
                Expr::Literal(LiteralValue::String(member)),
            ) => Some((self.namespace(operand)?, member.inner())),
            _ => None,
        }
    }

    fn namespace(&self, expr: &IdedExpr) -> Option<Namespace> {
        match &expr.expr {
            Expr::Ident(name) if !self.locals.contains(&name.as_str()) => {
                Namespace::from_name(name)
            }
            _ => None,
        }
    }

    fn variable(&mut self, id: u64, name: &str) -> Result<(), Fault> {
        if self.locals.contains(&name) || TYPES.contains(&name) {
            return Ok(());
        }
        match Namespace::from_name(name) {
            Some(Namespace::Path) => {
                self.need(Namespace::Path.fact(""));
                Ok(())
            }
            Some(namespace) => {
                let members = namespace
                    .members()
                    .iter()
                    .map(|(member, _)| format!("`{name}.{member}`"));
                let members: Vec<_> = members.collect();
                let message = format!("`{name}` is no value by itself");
                Err(Fault::new(id, name, message)
                    .help(format!("name one of {}", members.join(", "))))
            }
            None => {
                let known = Namespace::NAMES
                    .into_iter()
                    .chain(self.locals.iter().copied());
                let known: Vec<&str> = known.filter(|name| !name.starts_with('@')).collect();
                let fault = Fault::new(id, name, format!("unknown variable `{name}`"));
                Err(fault.help(instead(name, "", &known)))
            }
        }
    }

    fn member(&mut self, id: u64, namespace: Namespace, member: &str) -> Result<(), Fault> {
        if namespace.kind(member).is_some() {
            self.need(namespace.fact(member));
            return Ok(());
        }
        let name = Namespace::NAMES[namespace as usize];
        let known: Vec<&str> = namespace.members().iter().map(|(name, _)| *name).collect();
        let message = format!("`{name}` has no member `{member}`");
        let help = instead(member, &format!("{name}."), &known);
        Err(Fault::new(id, member, message).help(help))
    }

    fn need(&mut self, fact: Option<FactId>) {
        self.needs
            .extend(fact.filter(|fact| !self.needs.contains(fact)));
    }
}
