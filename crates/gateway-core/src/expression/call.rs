//! Checking the call of a function.

use super::fault::{Fault, instead};
use super::functions::{self, FUNCTIONS, MACROS};

/// Checks that the function `name` exists and is called as it must be; `is_member` is whether it is called on
/// a value, which is not among the `arguments`.
pub(super) fn check(id: u64, name: &str, is_member: bool, arguments: usize) -> Result<(), Fault> {
    let word = name.rsplit('.').next().unwrap_or(name);
    let Some(function) = functions::find(name) else {
        let known: Vec<&str> = FUNCTIONS
            .iter()
            .map(|function| function.name)
            .chain(MACROS)
            .collect();
        let fault = Fault::new(id, word, format!("unknown function `{name}`"));
        return Err(fault.help(instead(name, "", &known)));
    };
    let (here, elsewhere) = match is_member {
        true => (function.member, function.global),
        false => (function.global, function.member),
    };
    if here.contains(&arguments) {
        return Ok(());
    }
    if here.is_empty() {
        let fault = Fault::new(id, word, format!("`{name}` is called in another way"));
        let parameters = |count: usize| ["", "x", "x, y"].get(count).copied().unwrap_or("…");
        let count = elsewhere.first().copied().unwrap_or_default();
        let call = match is_member {
            true => format!("{name}({})", parameters(count)),
            false => format!("value.{name}({})", parameters(count)),
        };
        return Err(fault.help(format!("write `{call}`")));
    }
    let counts: Vec<String> = here.iter().map(usize::to_string).collect();
    let counts = counts.join(" or ");
    let plural = if here == [1] { "" } else { "s" };
    let message = format!("`{name}` takes {counts} argument{plural}, not {arguments}");
    Err(Fault::new(id, word, message))
}
