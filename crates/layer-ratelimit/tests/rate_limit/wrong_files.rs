//! What the operator sees of a wrong file.

use gateway_core::contract::Mode;

use crate::support::build;

fn shown(lines: &str) -> String {
    build(lines, Mode::Enforce).expect_err("the file is wrong")
}

#[test]
fn one_run_shows_everything() {
    assert_eq!(
        shown(
            r#"rate = '100'
key = 'adress'
brust = 2"#
        ),
        r#"error: a rate says in which time
 --> gateway.toml:2:8
  |
2 | rate = '100'
  |        ^^^^^
  |
  = help: write "100/s" or "100/min"

error: requests cannot be counted by "adress"
 --> gateway.toml:3:7
  |
3 | key = 'adress'
  |       ^^^^^^^^
  |
  = help: did you mean "address"?

error: unknown key `brust`
 --> gateway.toml:4:1
  |
4 | brust = 2
  | ^^^^^
  |
  = help: did you mean `burst`?
"#
    );
}

#[test]
fn a_burst_of_zero() {
    assert_eq!(
        shown(
            r#"rate = '100/min'
burst = 0"#
        ),
        r#"error: a burst of 0 lets no request pass
 --> gateway.toml:3:9
  |
3 | burst = 0
  |         ^
  |
  = help: write 1 to let one request at a time pass, evenly spaced
"#
    );
}

#[test]
fn a_burst_beyond_all_time() {
    assert_eq!(
        shown(
            r#"rate = '1/d'
burst = 10000"#
        ),
        r#"error: at this rate the burst takes more than ten years to fill up
 --> gateway.toml:3:9
  |
3 | burst = 10000
  |         ^^^^^
  |
  = help: the largest here is 3650
"#
    );
}

#[test]
fn a_misspelt_key_table() {
    assert_eq!(
        shown(
            r#"rate = '1/s'
key = { heder = 'x' }
on-missing-key = 'allow'"#
        ),
        r#"error: unknown key `heder`
 --> gateway.toml:3:9
  |
3 | key = { heder = 'x' }
  |         ^^^^^
  |
  = help: did you mean `header`?

error: unknown value "allow"
 --> gateway.toml:4:18
  |
4 | on-missing-key = 'allow'
  |                  ^^^^^^^
  |
  = help: the values here are `skip`, `deny`, `shared`
"#
    );
}

#[test]
fn an_expression_that_cannot_be() {
    assert_eq!(
        shown(
            r#"rate = '1/s'
key = { cel = 'identity.subjet' }"#
        ),
        r#"error: `identity` has no member `subjet`
 --> gateway.toml:3:25
  |
3 | key = { cel = 'identity.subjet' }
  |                         ^^^^^^
  |
  = help: did you mean `identity.subject`?
"#
    );
}

#[test]
fn values_of_the_wrong_type() {
    assert_eq!(
        shown(
            r#"rate = '1/s'
burst = -1
key = 7"#
        ),
        r#"error: expected a whole number from 0 to 4294967295, found the number -1
 --> gateway.toml:3:9
  |
3 | burst = -1
  |         ^^

error: expected "address", "consumer", { header = "x-key" } or { cel = '…' }, found the number 7
 --> gateway.toml:4:7
  |
4 | key = 7
  |       ^
"#
    );
}

#[test]
fn no_rate() {
    assert_eq!(
        shown(r#"burst = 3"#),
        r#"error: missing key `rate`
 --> gateway.toml:1:1
  |
1 | [layers.fair-use]
  | ^^^^^^^^^^^^^^^^^ needs `rate`
"#
    );
}
