//! Layers around every route, and what routes tell layers.

use gateway_testkit::upstream::respond;

use crate::passage::Passage;
use crate::protocol::Protocol;

#[tokio::test]
async fn gateway_wide_layers_wrap_every_route_outside_its_own() {
    let rest = r#"
[gateway]
layers = ["mark"]

[layers.mark]
type = "headers"
request = { set = { x-order = "outer" } }
response = { set = { x-mark = "yes", x-route = { cel = "route.name" } } }

[layers.own]
type = "headers"
request = { add = { x-order = "inner" } }

[[routes]]
name = "forwarded"
match = { path = "/forwarded" }
layers = ["own"]
upstream = "main"

[[routes]]
name = "answered"
match = { path = "/answered" }
respond = { body = "answer" }

[[routes]]
name = "pointed"
match = { path = "/pointed" }
redirect = { to = "/answered" }
"#;
    let passage = Passage::with(Protocol::Http1, respond::text("done"), rest).await;
    let client = passage.client(Protocol::Http1).await;
    for route in ["forwarded", "answered", "pointed"] {
        let answer = client.get(&format!("/{route}")).await.unwrap();
        assert_eq!(answer.header("x-mark"), Some("yes"), "{route}");
        assert_eq!(answer.header("x-route"), Some(route));
    }
    let order: Vec<_> = passage
        .seen()
        .headers
        .get_all("x-order")
        .iter()
        .cloned()
        .collect();
    assert_eq!(order, ["outer", "inner"]);
}

#[tokio::test]
async fn path_parameters_are_facts() {
    let rest = r#"
[layers.tell]
type = "headers"
request = { set = { x-order = { cel = "path.id" }, x-rest = { cel = "path.rest" }, x-both = { cel = "path.id + ':' + request.method" } } }

[[routes]]
name = "order"
match = { path = "/orders/{id}/{*rest}" }
layers = ["tell"]
upstream = "main"
"#;
    let passage = Passage::with(Protocol::Http1, respond::text("done"), rest).await;
    let client = passage.client(Protocol::Http2).await;
    client.get("/orders/a%20b/x/y").await.unwrap();
    let seen = passage.seen().headers;
    assert_eq!(seen["x-rest"], "x/y");
    assert_eq!(seen["x-order"], "a%20b");
    assert_eq!(seen["x-both"], "a%20b:GET");
}
