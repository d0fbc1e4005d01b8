//! What the operator sees of a wrong file.

use gateway_core::contract::Mode;

use crate::support::build;

fn shown(lines: &str) -> String {
    build(lines, Mode::Enforce).expect_err("the file is wrong")
}

#[test]
fn protected_fields() {
    assert_eq!(
        shown(
            r#"request = { set = { host = 'a', x-a = '1' }, add = { Content-Length = '5' }, remove = ['te'] }"#
        ),
        r#"error: `host` is not for a `headers` layer to change: it names whom the request is for
 --> gateway.toml:2:21
  |
2 | request = { set = { host = 'a', x-a = '1' }, add = { Content-Length = '5' }, remove = ['te'] }
  |                     ^^^^
  |
  = help: write `rewrite = { host = "…" }` at the route to choose what the upstream sees

error: `content-length` is not for a `headers` layer to change: it says where the body ends
 --> gateway.toml:2:54
  |
2 | request = { set = { host = 'a', x-a = '1' }, add = { Content-Length = '5' }, remove = ['te'] }
  |                                                      ^^^^^^^^^^^^^^
  |
  = help: leave it out: it is derived from the body itself

error: `te` is not for a `headers` layer to change: it concerns a single connection
 --> gateway.toml:2:88
  |
2 | request = { set = { host = 'a', x-a = '1' }, add = { Content-Length = '5' }, remove = ['te'] }
  |                                                                                        ^^^^
  |
  = help: leave it out: it never travels through
"#
    );
}

#[test]
fn contradictions() {
    assert_eq!(
        shown(r#"request = { set = { x-a = '1', X-A = '2', x-b = '3' }, remove = ['x-b'] }"#),
        r#"error: `x-a` is set twice
 --> gateway.toml:2:32
  |
2 | request = { set = { x-a = '1', X-A = '2', x-b = '3' }, remove = ['x-b'] }
  |                                ^^^
  |
  = help: give it one value

error: `x-b` is both set and removed
 --> gateway.toml:2:43
  |
2 | request = { set = { x-a = '1', X-A = '2', x-b = '3' }, remove = ['x-b'] }
  |                                           ^^^
  |
  = help: leave it out of `remove`: what is set replaces all that was there
"#
    );
}

#[test]
fn names_and_values_that_cannot_be() {
    assert_eq!(
        shown(
            r#"request = { set = { 'x a' = '1', x-b = 5, x-c = "a\u0007" } }
response = { remove = ['é'] }"#
        ),
        r#"error: a header name cannot contain ' '
 --> gateway.toml:2:21
  |
2 | request = { set = { 'x a' = '1', x-b = 5, x-c = "a\u0007" } }
  |                     ^^^^^

error: expected text, { cel = '…' }, { env = "NAME" } or { file = "path" }, found the number 5
 --> gateway.toml:2:40
  |
2 | request = { set = { 'x a' = '1', x-b = 5, x-c = "a\u0007" } }
  |                                        ^

error: the value of a header cannot contain '\u{7}'
 --> gateway.toml:2:49
  |
2 | request = { set = { 'x a' = '1', x-b = 5, x-c = "a\u0007" } }
  |                                                 ^^^^^^^^^

error: a header name cannot contain 'é'
 --> gateway.toml:3:25
  |
3 | response = { remove = ['é'] }
  |                         ^
"#
    );
}

#[test]
fn an_expression_that_cannot_be() {
    assert_eq!(
        shown(r#"request = { set = { x-a = { cel = 'identity.clams.tenant' } } }"#),
        r#"error: `identity` has no member `clams`
 --> gateway.toml:2:45
  |
2 | request = { set = { x-a = { cel = 'identity.clams.tenant' } } }
  |                                             ^^^^^
  |
  = help: did you mean `identity.claims`?
"#
    );
}

#[test]
fn a_misspelt_form() {
    assert_eq!(
        shown(
            r#"request = { set = { x-a = { cell = '1' } }, sett = {} }
respones = {}"#
        ),
        r#"error: unknown key `cell`
 --> gateway.toml:2:29
  |
2 | request = { set = { x-a = { cell = '1' } }, sett = {} }
  |                             ^^^^
  |
  = help: did you mean `cel`?

error: unknown key `sett`
 --> gateway.toml:2:45
  |
2 | request = { set = { x-a = { cell = '1' } }, sett = {} }
  |                                             ^^^^
  |
  = help: did you mean `set`?

error: unknown key `respones`
 --> gateway.toml:3:1
  |
3 | respones = {}
  | ^^^^^^^^
  |
  = help: did you mean `response`?
"#
    );
}

#[test]
fn a_secret_that_is_not_there() {
    assert_eq!(
        shown(r#"request = { set = { authorization = { env = 'PORTCULLIS_TEST_UNSET' } } }"#),
        r#"error: the environment variable `PORTCULLIS_TEST_UNSET` is not set
 --> gateway.toml:2:45
  |
2 | request = { set = { authorization = { env = 'PORTCULLIS_TEST_UNSET' } } }
  |                                             ^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: set `PORTCULLIS_TEST_UNSET` before starting the gateway
"#
    );
}

#[test]
fn a_file_that_is_not_there() {
    assert_eq!(
        shown(r#"request = { set = { authorization = { file = '/nowhere/token' } } }"#),
        r#"error: cannot read the secret in `/nowhere/token`: No such file or directory (os error 2)
 --> gateway.toml:2:46
  |
2 | request = { set = { authorization = { file = '/nowhere/token' } } }
  |                                              ^^^^^^^^^^^^^^^^
"#
    );
}

#[test]
fn nothing_to_do() {
    assert_eq!(
        shown(r#"request = {}"#),
        r#"error: this `headers` layer changes nothing
 --> gateway.toml:1:1
  |
1 | [layers.tidy]
  | ^^^^^^^^^^^^^
  |
  = help: write what to do, as in `request = { remove = ["x-debug"] }`
"#
    );
}
