//! Refusals as clients see them.

use gateway_testkit::Answer;
use serde_json::Value;

/// Checks that `answer` is a problem document with this status and code, which says the same thing twice.
#[track_caller]
pub(crate) fn assert_problem(answer: &Answer, status: u16, code: &str) {
    let text = answer.text();
    assert_eq!(answer.status.as_u16(), status, "{text}");
    assert_eq!(
        answer.header("content-type"),
        Some("application/problem+json"),
        "{text}"
    );
    let problem: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (&problem["code"], &problem["status"]),
        (&code.into(), &status.into()),
        "{text}"
    );
}
