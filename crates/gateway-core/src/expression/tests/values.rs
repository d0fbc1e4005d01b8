//! What expressions give for a request.

use cel::Value;
use http::Request;
use serde_json::json;

use super::sample::{expression, parts};
use crate::expression::{Condition, Expression, ExpressionError};
use crate::facts::{ClientAddr, FactId, Identity, MatchedRoute, Scheme};

#[test]
fn every_variable_has_its_value() {
    let parts = parts();
    for (source, value) in [
        ("request.method", "PUT"),
        ("request.path", "/v1/orders/42"),
        ("request.host", "api.example.com"),
        ("request.scheme", "https"),
        ("request.headers['x-canary']", "yes"),
        ("request.headers['X-Canary']", "yes"),
        ("request.headers.host", "api.example.com:8443"),
        ("request.headers['x-many']", "1, 2"),
        ("request.query.page", "2"),
        ("request.query.q", "a b!"),
        ("request.cookies.sid", "abc"),
        ("request['method']", "PUT"),
        ("client.address", "192.0.2.7"),
        ("route.name", "orders"),
        ("path.id", "42"),
        ("path['id']", "42"),
        ("identity.subject", "alice"),
        ("identity.consumer", "acme-inc"),
        ("identity.method", "jwt"),
        ("identity.groups[1]", "beta"),
        ("identity.scopes[0]", "orders:write"),
        ("identity.claims.tenant", "acme"),
        ("identity.claims['tenant']", "acme"),
        ("identity.claims.level", "3"),
        ("identity.claims.level + 1", "4"),
        ("identity.claims.big", "18446744073709551615"),
        ("identity.claims.ratio", "0.5"),
        ("identity.claims.roles[0]", "admin"),
        ("identity.claims.org.id", "7"),
        (
            "identity.subject + '@' + request.host",
            "alice@api.example.com",
        ),
        ("request.method == 'GET' ? 'r' : 'w'", "w"),
        ("request.method == 'PUT'", "true"),
    ] {
        let found = expression(source).evaluate_string(&parts);
        assert_eq!(found.as_deref(), Ok(value), "{source}");
    }
    assert_eq!(
        expression("identity.claims.none").evaluate(&parts),
        Ok(Value::Null)
    );
    let roles = expression("identity.claims.roles").evaluate(&parts);
    assert_eq!(roles, Ok(Value::from(vec!["admin", "dev"])));
}

#[test]
fn what_may_be_missing_can_be_asked_for() {
    let parts = parts();
    for source in [
        "has(request.headers.host)",
        "!has(request.headers.accept)",
        "'x-canary' in request.headers",
        "!('x-other' in request.headers)",
        "has(request.query.page) && !has(request.query.size)",
        "'sid' in request.cookies",
        "has(path.id) && !has(path.other) && 'id' in path",
        "has(identity.subject) && has(identity.consumer)",
        "has(identity.claims.tenant) && !has(identity.claims.other)",
        "request.headers[?'x-other'].orValue('no') == 'no'",
        "request.headers[?'x-canary'].orValue('no') == 'yes'",
        "identity.claims.?other.orValue('x') == 'x'",
        "identity.?consumer.hasValue()",
        "optional.of(1).value() == 1 && !optional.none().hasValue()",
    ] {
        assert_eq!(
            expression(source).evaluate_bool(&parts),
            Ok(true),
            "{source}"
        );
    }
}

#[test]
fn a_request_without_facts_has_no_identity() {
    let (parts, ()) = Request::new(()).into_parts();
    for source in [
        "has(identity.subject)",
        "identity.?subject.hasValue()",
        "has(client.address)",
        "has(path.id)",
    ] {
        assert_eq!(
            expression(source).evaluate_bool(&parts),
            Ok(false),
            "{source}"
        );
    }
    for (source, missing) in [
        ("identity.subject == 'x'", "subject"),
        ("request.headers['x-a']", "x-a"),
        ("request.query.page", "page"),
        ("client.address", "address"),
        ("request.host", "host"),
        ("path.id", "id"),
    ] {
        let error = ExpressionError::Missing(missing.to_owned());
        assert_eq!(expression(source).evaluate(&parts), Err(error), "{source}");
    }
}

#[test]
fn functions_and_loops_work_on_what_a_request_holds() {
    let parts = parts();
    for source in [
        "request.path.startsWith('/v1/') && request.path.endsWith('42')",
        "request.path.contains('orders')",
        "request.path.matches('^/v[0-9]+/orders/[0-9]+$')",
        "matches(request.path, '^/v1')",
        "!request.host.matches('^evil') && 'x'.matches('x')",
        "request.path.split('/')[2] == 'orders'",
        "'A'.lowerAscii() == 'a' && 'a'.upperAscii() == 'A' && ' a '.trim() == 'a'",
        "'abc'.substring(1) == 'bc' && 'abc'.substring(0, 1) == 'a' && 'abc'.charAt(1) == 'b'",
        "'abcb'.indexOf('b') == 1 && 'abcb'.lastIndexOf('b') == 3",
        "size(request.headers) == 4 && request.headers.size() == 4",
        "size(request.query) == 2 && size(path) == 1",
        "'partners' in identity.groups",
        "identity.scopes.exists(s, s.endsWith(':write'))",
        "identity.claims.roles.all(r, r in ['admin', 'dev'])",
        "request.headers.exists(name, name.startsWith('x-'))",
        "request.query.map(k, k) == ['page', 'q']",
        "identity.groups.filter(g, g.matches('^b')) == ['beta']",
        "identity.groups.exists_one(g, g == 'beta')",
        "int(request.query.page) > 1 && string(1) == '1' && bool('true')",
        "double('1.5') == 1.5 && uint('1') == 1u && bytes('a') == b'a'",
        "dyn(1) == 1 && type(1) == int",
        "optional.ofNonZeroValue('').or(optional.of('x')).value() == 'x'",
        "request.path > '/a' && 1 <= 2 && -1 < 0 && 7 % 2 == 1 && 6 / 2 * 2 - 1 == 5",
        "{'a': 1}.a == 1 && [1, 2][1] == 2",
        "[1].exists(request, request == 1)",
    ] {
        assert_eq!(
            expression(source).evaluate_bool(&parts),
            Ok(true),
            "{source}"
        );
    }
}

#[test]
fn values_of_another_type_are_errors() {
    let parts = parts();
    let error = expression("request.method")
        .evaluate_bool(&parts)
        .unwrap_err();
    assert_eq!(error.to_string(), "it gave a string where a bool is wanted");
    let error = expression("identity.groups")
        .evaluate_string(&parts)
        .unwrap_err();
    assert_eq!(error.to_string(), "it gave a list where a string is wanted");
    for source in ["request.method + 1", "1 / 0", "[1][2]", "request.headers"] {
        let error = expression(source).evaluate(&parts).unwrap_err();
        assert!(
            matches!(error, ExpressionError::Failed(_)),
            "{source}: {error}"
        );
    }
}

#[test]
fn the_facts_an_expression_reads_are_known() {
    let client = FactId::of::<ClientAddr>();
    let identity = FactId::of::<Identity>();
    let route = FactId::of::<MatchedRoute>();
    for (source, needs) in [
        ("request.method == 'GET' && '1' in request.headers", vec![]),
        ("request.scheme", vec![FactId::of::<Scheme>()]),
        ("client.address", vec![client]),
        ("path.id + path.x + route.name", vec![route]),
        ("'id' in path", vec![route]),
        (
            "[1].all(x, client.address == '') || has(identity.consumer)",
            vec![client, identity],
        ),
        ("request.query.all(q, q in identity.claims)", vec![identity]),
        ("[1].exists(identity, identity == 1)", vec![]),
    ] {
        assert_eq!(expression(source).needs(), needs, "{source}");
    }
}

#[test]
fn too_many_parameters_are_as_good_as_none() {
    let (mut parts, ()) = Request::new(()).into_parts();
    let read = expression("has(request.query.a) && request.query.exists(k, k == 'b')");
    parts.uri = format!("/?a&{}b", "b&".repeat(254)).parse().unwrap();
    assert_eq!(read.evaluate_bool(&parts), Ok(true));
    parts.uri = format!("/?a&{}b", "b&".repeat(255)).parse().unwrap();
    assert!(read.evaluate_bool(&parts).is_err());
}

#[test]
fn a_condition_that_has_no_value_does_not_hold() {
    let parts = parts();
    let condition = |source: &str| source.parse::<Condition>().unwrap();
    assert!(condition("request.headers['x-canary'] == 'yes'").holds(&parts));
    let missing = condition("request.headers['x-other'] == 'yes'");
    assert!(!missing.holds(&parts));
    assert!(missing.evaluate(&parts).is_err());
    // The type of a claim is known only when it is there.
    assert!(!condition("identity.claims.tenant").holds(&parts));
}

#[test]
fn expressions_are_read_and_written_as_strings() {
    let read: Expression = serde_json::from_value(json!("1 + 1")).unwrap();
    assert_eq!(read, expression("1 + 1"));
    assert_eq!(serde_json::to_value(read).unwrap(), json!("1 + 1"));
    let error = serde_json::from_value::<Condition>(json!("request.metod")).unwrap_err();
    assert!(error.to_string().contains("did you mean `request.method`?"));
}
