//! Many errors at once.

#![expect(dead_code, reason = "most fields are there for what is said of them")]

use std::collections::BTreeMap;
use std::time::Instant;

use serde::Deserialize;

use super::sample::Limits;
use crate::config::testing::{read, refused};
use crate::config::{
    ConfigErrors, Diagnosis, Document, Duration, HeaderName, Located, Method, Regex, Source, Span,
    Style, decode, decode_beside, render, salvage,
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct File {
    listeners: BTreeMap<Located<String>, Listener>,
    routes: Vec<Route>,
    #[serde(default)]
    headers: BTreeMap<HeaderName, String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Listener {
    bind: std::net::SocketAddr,
    idle_timeout: Option<Duration>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Route {
    name: Located<String>,
    path: Regex,
    #[serde(default)]
    methods: Vec<Method>,
}

#[test]
fn everything_at_once() {
    let shown = refused::<File>(
        r#"routs = 1
headers = { "x y" = "1" }

[listeners.public]
bind = "0.0.0.0"
idle-timeout = 75

[listeners.plain]
bnid = "0.0.0.0:8080"

[[routes]]
name = "a"
path = "^/a("
methods = ["GET", "get", 3]

[[routes]]
path = '''
^/b('''

[[routes]]
name = 7
path = "\tc)"
"#,
    );
    assert_eq!(
        shown,
        r#"error: unknown key `routs`
 --> gateway.toml:1:1
  |
1 | routs = 1
  | ^^^^^
  |
  = help: did you mean `routes`?

error: a header name cannot contain ' '
 --> gateway.toml:2:13
  |
2 | headers = { "x y" = "1" }
  |             ^^^^^

error: expected an IP address with a port, such as "127.0.0.1:8080"
 --> gateway.toml:5:8
  |
5 | bind = "0.0.0.0"
  |        ^^^^^^^^^

error: a duration needs a unit
 --> gateway.toml:6:16
  |
6 | idle-timeout = 75
  |                ^^
  |
  = help: write "75s"

error: unknown key `bnid`
 --> gateway.toml:9:1
  |
9 | bnid = "0.0.0.0:8080"
  | ^^^^
  |
  = help: did you mean `bind`?

error: bad regular expression: unclosed group
  --> gateway.toml:13:12
   |
13 | path = "^/a("
   |            ^

error: methods are written in upper case
  --> gateway.toml:14:19
   |
14 | methods = ["GET", "get", 3]
   |                   ^^^^^
   |
   = help: write "GET"

error: expected a method such as "GET", found the number 3
  --> gateway.toml:14:26
   |
14 | methods = ["GET", "get", 3]
   |                          ^

error: missing key `name`
  --> gateway.toml:16:1
   |
16 | [[routes]]
   | ^^^^^^^^^^ needs `name`

error: bad regular expression: unclosed group
  --> gateway.toml:18:4
   |
18 | ^/b('''
   |    ^

error: expected a string, found the number 7
  --> gateway.toml:21:8
   |
21 | name = 7
   |        ^
   |
   = help: write "7"

error: bad regular expression: unopened group
  --> gateway.toml:22:8
   |
22 | path = "\tc)"
   |        ^^^^^^
"#
    );
}

#[test]
fn keys_that_share_the_table_are_known() {
    let source = Source::new(
        "gateway.toml",
        "type = 'rate-limit'\nmdoe = 'observe'\nburst = 1\n",
    );
    let document = Document::parse(&source, &mut ConfigErrors::new()).unwrap();
    let errors = decode_beside::<Limits>(document.root(), &["type", "mode", "when"]).unwrap_err();
    assert_eq!(
        errors.to_string(),
        "unknown key `mdoe` (did you mean `mode`?)"
    );
    assert!(decode::<Limits>(&document.root().without(&["type", "mdoe"])).is_ok());
}

#[test]
fn what_is_right_can_be_salvaged() {
    let source = Source::new(
        "gateway.toml",
        "burst = 5\nrate = 'x'\nmethods = ['GET', 'put']\n",
    );
    let document = Document::parse(&source, &mut ConfigErrors::new()).unwrap();
    let mut errors = ConfigErrors::new();
    let limits: Limits = salvage(document.root(), &[], &mut errors).unwrap();
    assert_eq!((limits.burst, limits.methods.len()), (5, 1));
    assert_eq!(errors.iter().count(), 2);
}

#[test]
fn rounds_are_bounded() {
    let many = format!("methods = [{}]\n", "'get', ".repeat(1000));
    let source = Source::new("gateway.toml", many);
    let document = Document::parse(&source, &mut ConfigErrors::new()).unwrap();
    assert_eq!(
        decode::<Limits>(document.root())
            .unwrap_err()
            .iter()
            .count(),
        64
    );
}

#[test]
fn what_follows_from_a_finding_is_no_finding() {
    #[derive(Debug, Deserialize)]
    #[serde(try_from = "Vec<u8>")]
    struct NonEmpty;

    impl TryFrom<Vec<u8>> for NonEmpty {
        type Error = Diagnosis;

        fn try_from(numbers: Vec<u8>) -> Result<Self, Diagnosis> {
            let empty = || Diagnosis::new("expected at least one number");
            numbers.first().map(|_| Self).ok_or_else(empty)
        }
    }

    #[derive(Debug, Deserialize)]
    struct Lottery {
        #[serde(rename = "numbers")]
        _numbers: NonEmpty,
    }

    let messages = |text: &str| {
        refused::<Lottery>(text)
            .lines()
            .filter(|line| line.starts_with("error"))
            .count()
    };
    assert_eq!(messages("numbers = []\n"), 1);
    assert_eq!(messages("numbers = ['a', 'b']\n"), 2);
}

#[test]
fn a_file_without_errors_and_its_places() {
    let text = "routes = [{ name = 'a', path = '/' }]\n[listeners.x]\nbind = '[::1]:80'\n";
    let file: File = read(text).unwrap();
    assert_eq!(file.routes[0].name.span(), Span { start: 19, end: 22 });
}

#[test]
fn ten_thousand_routes_take_less_than_a_second() {
    let mut text = String::from("[listeners.public]\nbind = '127.0.0.1:80'\n");
    for i in 0..10_000 {
        text.push_str(&format!(
            "\n[[routes]]\nname = \"route-{i}\"\npath = \"/{i}\"\nmethods = [\"GET\", \"POST\"]\n"
        ));
    }
    text.push_str("nmae = 'x'\n");
    let source = Source::new("gateway.toml", text);
    let start = Instant::now();
    let mut errors = ConfigErrors::new();
    let document = Document::parse(&source, &mut errors).unwrap();
    let parsed = start.elapsed();
    for route in document.root().elements_of("routes", &mut errors) {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Plain {
            #[serde(rename = "name")]
            _name: Located<String>,
            #[serde(rename = "path")]
            _path: String,
            #[serde(rename = "methods")]
            _methods: Vec<Method>,
        }
        let found = decode::<Plain>(route);
        if let Err(found) = found {
            errors.extend(found);
        }
    }
    let shown = render(&source, &errors, Style::Plain);
    assert!(shown.contains("unknown key `nmae`"), "{shown}");
    let total = start.elapsed();
    println!("parsed in {parsed:?}, all in {total:?}");
    assert!(total.as_secs_f64() < 1.0, "it took {total:?}");
}
