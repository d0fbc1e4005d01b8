//! What a real client and a real server say to each other passes as it is, whatever protocols carry it.

use gateway_testkit::require_component;
use serde_json::json;

use super::served::Served;
use crate::protocol::{Protocol, WAYS};

#[tokio::test]
async fn ten_thousand_messages_come_back() {
    let python = require_component!("python-websockets");
    for way in WAYS {
        let served = Served::new(&python, way).await;
        let outcome = served.client("/echo", "echo", &["5", "2000"]).await;
        assert_eq!(outcome, json!({ "echoed": 10_000 }), "{way:?}");
    }
}

#[tokio::test]
async fn close_codes_and_reasons_pass_both_ways() {
    let python = require_component!("python-websockets");
    for way in WAYS {
        let served = Served::new(&python, way).await;
        let mut sent = Vec::new();
        for (code, reason) in [
            ("1000", ""),
            ("1001", "off"),
            ("3000", "why"),
            ("4321", "own"),
        ] {
            let code_number: u16 = code.parse().unwrap();
            let said = json!({ "code": code_number, "reason": reason });
            // The client's goes to the server and back; the server's the other way round.
            let closed = served.client("/echo", "close", &[code, reason]).await;
            assert_eq!(closed, said, "{way:?}");
            let path = format!("/close/{code}/{reason}");
            assert_eq!(served.client(&path, "closed", &[]).await, said, "{way:?}");
            sent.extend([("/echo".to_owned(), said.clone()), (path, said)]);
        }
        let ended = served.ended(sent.len()).await;
        for (ended, (path, said)) in ended.iter().zip(&sent) {
            let expected = json!({ "path": path, "code": said["code"], "reason": said["reason"] });
            assert_eq!(ended, &expected, "{way:?}");
        }
    }
}

#[tokio::test]
async fn compression_and_subprotocol_are_agreed_end_to_end() {
    let python = require_component!("python-websockets");
    for way in WAYS {
        let served = Served::new(&python, way).await;
        let agreed = served.client("/x", "agree", &["none", "chat.v1"]).await;
        let expected = json!({ "subprotocol": "chat.v1", "extensions": ["permessage-deflate"] });
        assert_eq!(agreed, expected, "{way:?}");
        let agreed = served.client("/x", "agree", &[]).await;
        assert_eq!(agreed["subprotocol"], json!(null), "{way:?}");
    }
}

#[tokio::test]
async fn both_sides_ping() {
    let python = require_component!("python-websockets");
    for way in WAYS {
        let served = Served::new(&python, way).await;
        let outcome = served.client("/ping", "ping", &[]).await;
        assert_eq!(outcome, json!({ "answer": "ponged" }), "{way:?}");
    }
}

#[tokio::test]
async fn an_endpoint_may_refuse_and_a_route_may_not_allow() {
    let python = require_component!("python-websockets");
    for way in WAYS {
        let served = Served::new(&python, way).await;
        let refused = served.client("/refused", "refused", &[]).await;
        let expected = json!({ "status": 401, "body": "not you" });
        assert_eq!(refused, expected, "{way:?}");
        let closed = served.client("/closed", "refused", &[]).await;
        assert_eq!(closed["status"], 403, "{way:?}");
        let body = closed["body"].as_str().unwrap();
        assert!(body.contains("request/upgrade-refused"), "{body}");
        let answered = served.client("/answered", "refused", &[]).await;
        match way.0 {
            Protocol::Http1 => assert_eq!(answered["body"], "from the file", "{way:?}"),
            // There, the success of the file's answer would be taken for a WebSocket.
            Protocol::Http2 => assert_eq!(answered["status"], 403, "{way:?}"),
        }
    }
}

#[tokio::test]
async fn http_2_carries_neither_key_nor_accept() {
    let python = require_component!("python-websockets");
    let served = Served::new(&python, (Protocol::Http1, Protocol::Http2)).await;
    served.client("/echo", "echo", &["1", "1"]).await;
    let asked = served.server_bridge.as_ref().unwrap().asked();
    let [asked] = asked.as_slice() else {
        panic!("{asked:?}");
    };
    assert_eq!(asked["sec-websocket-version"], "13");
    for absent in ["sec-websocket-key", "connection", "upgrade", "te"] {
        assert!(!asked.contains_key(absent), "{asked:?}");
    }
}
