//! The messages of etcd's API that are needed, with the numbers of `etcdserverpb/rpc.proto` and `mvccpb/kv.proto`;
//! fields that nobody here reads are left out, which protobuf allows.

use prost::Message;

/// `RangeRequest`: the keys from `key` up to `range_end`.
#[derive(Clone, PartialEq, Message)]
pub(super) struct RangeRequest {
    #[prost(bytes = "vec", tag = "1")]
    pub(super) key: Vec<u8>,
    #[prost(bytes = "vec", tag = "2")]
    pub(super) range_end: Vec<u8>,
    #[prost(int64, tag = "3")]
    pub(super) limit: i64,
}

/// `RangeResponse`.
#[derive(Clone, PartialEq, Message)]
pub(super) struct RangeResponse {
    #[prost(message, optional, tag = "1")]
    pub(super) header: Option<ResponseHeader>,
    #[prost(message, repeated, tag = "2")]
    pub(super) kvs: Vec<KeyValue>,
}

/// `ResponseHeader`: what the store's revision was.
#[derive(Clone, PartialEq, Message)]
pub(super) struct ResponseHeader {
    #[prost(int64, tag = "3")]
    pub(super) revision: i64,
}

/// `KeyValue`.
#[derive(Clone, PartialEq, Message)]
pub(super) struct KeyValue {
    #[prost(bytes = "vec", tag = "1")]
    pub(super) key: Vec<u8>,
    #[prost(bytes = "vec", tag = "5")]
    pub(super) value: Vec<u8>,
}

/// `WatchRequest`, of which only the beginning of a watch is ever sent.
#[derive(Clone, PartialEq, Message)]
pub(super) struct WatchRequest {
    #[prost(message, optional, tag = "1")]
    pub(super) create_request: Option<WatchCreateRequest>,
}

/// `WatchCreateRequest`.
#[derive(Clone, PartialEq, Message)]
pub(super) struct WatchCreateRequest {
    #[prost(bytes = "vec", tag = "1")]
    pub(super) key: Vec<u8>,
    #[prost(bytes = "vec", tag = "2")]
    pub(super) range_end: Vec<u8>,
    #[prost(int64, tag = "3")]
    pub(super) start_revision: i64,
}

/// `WatchResponse`.
#[derive(Clone, PartialEq, Message)]
pub(super) struct WatchResponse {
    #[prost(bool, tag = "4")]
    pub(super) canceled: bool,
    /// Not 0 where the revision that was asked for is forgotten.
    #[prost(int64, tag = "5")]
    pub(super) compact_revision: i64,
    #[prost(string, tag = "6")]
    pub(super) cancel_reason: String,
    #[prost(message, repeated, tag = "11")]
    pub(super) events: Vec<Event>,
}

/// `Event`: a key was written, or deleted.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Event {
    /// 0 is `PUT`, 1 is `DELETE`.
    #[prost(int32, tag = "1")]
    pub(super) kind: i32,
    #[prost(message, optional, tag = "2")]
    pub(super) kv: Option<KeyValue>,
}

impl Event {
    /// The `kind` of a key that was deleted, or whose lease has ended.
    pub(super) const DELETE: i32 = 1;
}

/// `AuthenticateRequest`.
#[derive(Clone, PartialEq, Message)]
pub(super) struct AuthenticateRequest {
    #[prost(string, tag = "1")]
    pub(super) name: String,
    #[prost(string, tag = "2")]
    pub(super) password: String,
}

/// `AuthenticateResponse`.
#[derive(Clone, PartialEq, Message)]
pub(super) struct AuthenticateResponse {
    #[prost(string, tag = "2")]
    pub(super) token: String,
}

/// The end of the range of all keys that begin with `prefix`: the first key behind them.
pub(super) fn range_end(prefix: &[u8]) -> Vec<u8> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if let Some(next) = last.checked_add(1) {
            end.push(next);
            return end;
        }
    }
    // All keys from `prefix` on.
    vec![0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_a_range() {
        assert_eq!(range_end(b"/services/"), b"/services0");
        assert_eq!(range_end(b"a\xff\xff"), b"b");
        assert_eq!(range_end(b"\xff"), b"\0");
    }

    #[test]
    fn the_bytes_are_those_of_etcd() {
        let request = WatchRequest {
            create_request: Some(WatchCreateRequest {
                key: b"k".into(),
                range_end: b"l".into(),
                start_revision: 300,
            }),
        };
        assert_eq!(
            request.encode_to_vec(),
            b"\x0a\x09\x0a\x01k\x12\x01l\x18\xac\x02"
        );
        // `{header {cluster_id 1 revision 7} kvs {key "k" create_revision 3 mod_revision 4 version 2 value "v"}}`
        let response = RangeResponse::decode(
            &b"\x0a\x04\x08\x01\x18\x07\x12\x0c\x0a\x01k\x10\x03\x18\x04\x20\x02\x2a\x01v"[..],
        );
        let response = response.unwrap();
        assert_eq!(response.header.unwrap().revision, 7);
        assert_eq!(
            (&*response.kvs[0].key, &*response.kvs[0].value),
            (&b"k"[..], &b"v"[..])
        );
    }
}
