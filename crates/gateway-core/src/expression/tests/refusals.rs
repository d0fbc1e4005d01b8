//! What is refused when the file is loaded.

use super::sample::expression;
use crate::config::{ConfigErrors, Diagnosis, Document, Source, decode};
use crate::expression::{Condition, Expression};

fn refusal(source: &str) -> Diagnosis {
    source.parse::<Expression>().expect_err(source)
}

fn assert_refused<'a>(cases: impl IntoIterator<Item = (&'a str, &'a str)>) {
    for (source, message) in cases {
        let error = refusal(source).to_string();
        assert!(error.starts_with(message), "{source:?}: {error}");
    }
}

#[test]
#[rustfmt::skip]
fn unknown_names_are_refused_with_what_was_meant() {
    assert_refused([
        ("requst.method", "unknown variable `requst` (did you mean `request`?)"),
        ("foo == 1", "unknown variable `foo` (these exist: `request`, `client`, `route`, `path`, `identity`)"),
        ("[1].all(x, y == 1)", "unknown variable `y`"),
        ("[1].all(x, true) && x == 1", "unknown variable `x`"),
        ("[1].all(item, itm == 1)", "unknown variable `itm` (did you mean `item`?)"),
        ("request.metod", "`request` has no member `metod` (did you mean `request.method`?)"),
        ("request['metod']", "`request` has no member `metod` (did you mean `request.method`?)"),
        ("has(identity.subjct)", "`identity` has no member `subjct` (did you mean `identity.subject`?)"),
        ("identity.?grups", "`identity` has no member `grups` (did you mean `identity.groups`?)"),
        ("client.ip", "`client` has no member `ip` (these exist: `client.address`)"),
        ("size(client)", "`client` is no value by itself (name one of `client.address`)"),
        ("request[request.path]", "`request` is no value by itself"),
        ("A{b: 1}", "there is no message type `A`"),
    ]);
}

#[test]
fn unknown_functions_are_refused_with_what_was_meant() {
    assert_refused([
        (
            "request.path.startWith('/')",
            "unknown function `startWith` (did you mean `startsWith`?)",
        ),
        (
            "request.path.exist(x, request)",
            "unknown function `exist` (did you mean `exists`?)",
        ),
        ("'a'.replace('a', 'b')", "unknown function `replace`"),
        ("optional.some(1)", "unknown function `optional.some`"),
        (
            "lowerAscii('a')",
            "`lowerAscii` is called in another way (write `value.lowerAscii()`)",
        ),
        (
            "'1'.int()",
            "`int` is called in another way (write `int(x)`)",
        ),
        (
            "'a'.contains('b', 'c')",
            "`contains` takes 1 argument, not 2",
        ),
        (
            "'a'.substring()",
            "`substring` takes 1 or 2 arguments, not 0",
        ),
    ]);
}

#[test]
fn patterns_are_known_when_the_file_is_loaded() {
    assert_refused([
        (
            "request.path.matches(request.host)",
            "the pattern of `matches` is not a string",
        ),
        (
            "request.path.matches('a(')",
            "bad regular expression: unclosed group",
        ),
        (
            "[1].all(x, request.path.matches('(a{1000}){1000}'))",
            "this regular expression is too large",
        ),
    ]);
}

#[test]
fn syntax_errors_are_in_plain_words() {
    assert_refused([
        ("", "the expression is empty"),
        (" \n", "the expression is empty"),
        ("request.method ==", "the expression ends too early"),
        (
            "request.method = 'GET'",
            "`=` does not compare (write `==`)",
        ),
        ("true and false", "`and` does not fit here (write `&&`)"),
        ("true & false", "`&` does not fit here (write `&&`)"),
        ("true false", "`false` does not fit here"),
        ("size([1, 2)", "`)` does not fit here"),
        ("size([1, 2]", "`)` is missing here"),
        ("request.headers['a'", "`]` is missing here"),
        (
            "'abc",
            "a string that does not end, or has an unknown escape",
        ),
        ("99999999999999999999", "invalid int literal"),
        ("has(1)", "invalid argument to has() macro"),
    ]);
}

#[test]
fn the_caret_is_at_the_word() {
    for (source, word) in [
        ("'é' == request.metod", "metod"),
        ("  requst.method", "requst"),
        ("has(identity.subjct)", "subjct"),
        ("request.path.startWith('/')", "startWith"),
        ("1 + lenght(request.path)", "lenght"),
        ("identity.?grups", "grups"),
        ("identity['é'] == 'é'", "é"),
        ("'é' == 1 = 'x'", "= 'x'"),
        ("\n  true and\n false", "and"),
        ("request.path.matches('a(')", "'a('"),
        ("request.path.matches(request.host)", "matches"),
    ] {
        let shown = format!("{:#}", refusal(source));
        let (at, length) = (
            source.find(word).unwrap(),
            word.len().min(word.find(" '").unwrap_or(99)),
        );
        let place = format!("\u{1f}{at}\u{1f}{length}");
        assert!(shown.ends_with(&place), "{source}: {shown:?}");
    }
}

#[test]
fn in_a_file_the_caret_is_inside_the_string() {
    let text = "when = '[\"é\"] == 1 && requst.host == \"a\"'";
    let source = Source::new("gateway.toml", text);
    let document = Document::parse(&source, &mut ConfigErrors::new()).unwrap();
    let errors = decode::<Condition>(document.root().get("when").unwrap()).unwrap_err();
    let span = errors.iter().next().unwrap().span().unwrap();
    assert_eq!(&text[span.start..span.end], "requst");
}

#[test]
fn size_and_depth_are_bounded() {
    let long = format!("'{}'", "a".repeat(4094));
    assert_eq!(expression(&long).source().len(), 4096);
    let error = refusal(&format!("{long} ")).to_string();
    assert_eq!(error, "the expression is longer than 4096 bytes");

    let brackets = |depth: usize| format!("{}1{}", "(".repeat(depth), ")".repeat(depth));
    expression(&brackets(20));
    let error = refusal(&brackets(2000)).to_string();
    assert_eq!(error, "more than 24 brackets inside one another");

    for deep in [
        format!("1{}", " + 1".repeat(1000)),
        format!("path{}", ".a".repeat(2000)),
        format!("path{}", "['a']".repeat(700)),
    ] {
        let error = refusal(&deep).to_string();
        assert_eq!(error, "the expression is nested too deeply");
    }
    expression(&format!("true{}", " && true".repeat(400)));

    let loops = |depth: usize| format!("{}true{}", "[1].all(x, ".repeat(depth), ")".repeat(depth));
    expression(&loops(2));
    let error = refusal(&loops(3)).to_string();
    assert_eq!(error, "more than 2 loops inside one another");
}

#[test]
fn a_condition_is_true_or_false() {
    for (source, gives) in [
        ("request.path", "a string"),
        ("identity.groups", "a list"),
        ("1 + 1", "a number"),
        ("'a' + request.path", "a string"),
        ("path.id", "a string"),
        ("request.path.split('/')", "a list"),
        ("true ? 'a' : 'b'", "a string"),
        ("request.headers", "a map"),
        ("null", "null"),
    ] {
        let error = source.parse::<Condition>().unwrap_err();
        let message = format!("the condition gives {gives}, not true or false");
        assert_eq!(error.message(), message, "{source}");
    }
}
