//! Each kind of error by itself.

use std::collections::BTreeMap;

use super::sample::{Limits, Retry};
use crate::config::testing::refused;

#[test]
fn an_unknown_key() {
    assert_eq!(
        refused::<Limits>("brust = 20\n"),
        r#"error: unknown key `brust`
 --> gateway.toml:1:1
  |
1 | brust = 20
  | ^^^^^
  |
  = help: did you mean `burst`?
"#
    );
}

#[test]
fn an_unknown_key_that_resembles_nothing() {
    assert_eq!(
        refused::<Limits>("retry = { attempts = 1, backoff = '5s', zzz = true }\n"),
        r#"error: unknown key `zzz`
 --> gateway.toml:1:41
  |
1 | retry = { attempts = 1, backoff = '5s', zzz = true }
  |                                         ^^^
  |
  = help: the keys here are `attempts`, `backoff`
"#
    );
}

#[test]
fn a_missing_key_in_a_table_with_a_header() {
    assert_eq!(
        refused::<Limits>("burst = 1\n\n[retry] # here\nattempts = 1\n"),
        r#"error: missing key `backoff`
 --> gateway.toml:3:1
  |
3 | [retry] # here
  | ^^^^^^^ needs `backoff`
"#
    );
}

#[test]
fn a_missing_key_in_an_inline_table() {
    assert_eq!(
        refused::<Limits>("retry = { attempts = 1 }\n"),
        r#"error: missing key `backoff`
 --> gateway.toml:1:9
  |
1 | retry = { attempts = 1 }
  |         ^^^^^^^^^^^^^^^^ needs `backoff`
"#
    );
}

#[test]
fn a_missing_key_of_the_file_itself() {
    assert_eq!(
        refused::<Retry>("attempts = 1\n"),
        r#"error: missing key `backoff`
 --> gateway.toml
"#
    );
}

#[test]
fn a_wrong_type() {
    assert_eq!(
        refused::<Limits>("burst = '20'\nstrict = 'yes'\nmethods = 'GET'\nretry = 3\n"),
        r#"error: expected a whole number from 0 to 65535, found the string "20"
 --> gateway.toml:1:9
  |
1 | burst = '20'
  |         ^^^^
  |
  = help: write 20 without the quotes

error: expected true or false, found the string "yes"
 --> gateway.toml:2:10
  |
2 | strict = 'yes'
  |          ^^^^^

error: expected an array, found the string "GET"
 --> gateway.toml:3:11
  |
3 | methods = 'GET'
  |           ^^^^^
  |
  = help: write ["GET"]

error: expected a table, found the number 3
 --> gateway.toml:4:9
  |
4 | retry = 3
  |         ^
"#
    );
}

#[test]
fn a_number_out_of_range() {
    assert_eq!(
        refused::<Limits>("burst = 70000\n"),
        r#"error: expected a whole number from 0 to 65535, found the number 70000
 --> gateway.toml:1:9
  |
1 | burst = 70000
  |         ^^^^^
"#
    );
}

#[test]
fn an_array_of_the_wrong_length() {
    assert_eq!(
        refused::<Limits>("pair = [1]\n"),
        r#"error: expected an array of 2 values, found 1
 --> gateway.toml:1:8
  |
1 | pair = [1]
  |        ^^^
"#
    );
    assert_eq!(
        refused::<Limits>("pair = [1, 2, 3]\n"),
        r#"error: one value too many in this array
 --> gateway.toml:1:15
  |
1 | pair = [1, 2, 3]
  |               ^
"#
    );
}

#[test]
fn a_choice_that_does_not_exist() {
    assert_eq!(
        refused::<Limits>("on-missing = 'denny'\n"),
        r#"error: unknown value "denny"
 --> gateway.toml:1:14
  |
1 | on-missing = 'denny'
  |              ^^^^^^^
  |
  = help: did you mean `deny`?
"#
    );
    assert_eq!(
        refused::<Limits>("on-missing = { aks = 1 }\n"),
        r#"error: unknown key `aks`
 --> gateway.toml:1:16
  |
1 | on-missing = { aks = 1 }
  |                ^^^
  |
  = help: did you mean `ask`?
"#
    );
    assert_eq!(
        refused::<Limits>("on-missing = 7\n"),
        r#"error: expected one of `deny`, `allow`, `ask`, found the number 7
 --> gateway.toml:1:14
  |
1 | on-missing = 7
  |              ^
"#
    );
}

#[test]
fn a_choice_in_the_wrong_form() {
    assert_eq!(
        refused::<Limits>("on-missing = 'ask'\n"),
        r#"error: `ask` needs a value
 --> gateway.toml:1:14
  |
1 | on-missing = 'ask'
  |              ^^^^^
  |
  = help: write { ask = … }
"#
    );
    assert_eq!(
        refused::<Limits>("on-missing = { deny = true }\n"),
        r#"error: `deny` takes no value
 --> gateway.toml:1:14
  |
1 | on-missing = { deny = true }
  |              ^^^^^^^^^^^^^^^
  |
  = help: write "deny"
"#
    );
    assert_eq!(
        refused::<Limits>("on-missing = {}\n"),
        r#"error: expected one of `deny`, `allow`, `ask`, found an empty table
 --> gateway.toml:1:14
  |
1 | on-missing = {}
  |              ^^
"#
    );
}

#[test]
fn a_word_of_the_vocabulary() {
    assert_eq!(
        refused::<Limits>("rate = '100/m'\ncap = 64\nbudget = '120%'\nmethods = ['GET', 'post']\n"),
        r#"error: unknown unit `m`
 --> gateway.toml:1:13
  |
1 | rate = '100/m'
  |             ^
  |
  = help: write "100/min"

error: a size needs a unit
 --> gateway.toml:2:7
  |
2 | cap = 64
  |       ^^
  |
  = help: write "64B"

error: 120% is not between 0 and 100
 --> gateway.toml:3:10
  |
3 | budget = '120%'
  |          ^^^^^^

error: methods are written in upper case
 --> gateway.toml:4:19
  |
4 | methods = ['GET', 'post']
  |                   ^^^^^^
  |
  = help: write "POST"
"#
    );
}

#[test]
fn a_date() {
    assert_eq!(
        refused::<BTreeMap<String, String>>("since = 2026-01-01\n"),
        r#"error: expected a string, found a date
 --> gateway.toml:1:9
  |
1 | since = 2026-01-01
  |         ^^^^^^^^^^
"#
    );
}
