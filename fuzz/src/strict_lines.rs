//! What the lines of an accepted head look like, said without the parser.

/// Checks that a head consists of a first line and as many fields as `fields`, all of the one strict form
/// (a `Connection` that only says how long the connection lasts is not counted), and
/// that it says at most once how long the body is.
///
/// # Panics
/// Where that is not so.
pub(crate) fn assert_strict(head: &[u8], fields: usize) {
    let text: String = head.iter().copied().map(char::from).collect();
    let head = text.trim_start_matches("\r\n");
    let lines: Vec<_> = head.split("\r\n").collect();
    let [_, lines @ .., "", ""] = lines.as_slice() else {
        panic!("no first line, or no end: {head:?}");
    };
    assert!(
        !head
            .replace("\r\n", "")
            .contains(['\r', '\n', '\0', '\x7f']),
        "{head:?}"
    );
    let mut lengths = 0;
    let mut kept = 0;
    for line in lines {
        let Some((name, value)) = line.split_once(':') else {
            panic!("no field: {line:?}");
        };
        kept += usize::from(!(name.eq_ignore_ascii_case("connection") && only_lasts(value)));
        let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        assert!(!name.is_empty() && name.chars().all(is_token), "{line:?}");
        let is_length = ["content-length", "transfer-encoding"]
            .iter()
            .any(|length| name.eq_ignore_ascii_case(length));
        lengths += usize::from(is_length);
    }
    assert_eq!(kept, fields, "{head:?}");
    assert!(lengths <= 1, "the length is in doubt: {head:?}");
}

/// Whether a `Connection` says nothing but how long the connection lasts.
fn only_lasts(value: &str) -> bool {
    value
        .split(',')
        .map(|option| option.trim_matches([' ', '\t']).to_ascii_lowercase())
        .all(|option| ["", "close", "keep-alive"].contains(&&*option))
}
