//! What is measured: one row a case.

use super::behind::Behind;
use super::limit::Limit;
use super::load::Tool;
use super::peers::{PEERS, PORTCULLIS, PORTCULLIS_EWMA, Peer};

/// What clients do in one measurement.
#[derive(Debug)]
pub(crate) struct Case {
    /// What the command line and the report call it.
    pub(crate) name: &'static str,
    /// What it shows, for people.
    pub(crate) shows: &'static str,
    /// The protocol between clients and proxy.
    pub(crate) protocol: Protocol,
    /// The program that plays the clients.
    pub(crate) tool: Tool,
    /// Its arguments, without duration and URL.
    pub(crate) arguments: &'static [&'static str],
    /// The path that is asked for, one of those that the upstream knows.
    pub(crate) path: &'static str,
    /// What answers behind the proxies.
    pub(crate) behind: Behind,
    /// The proxies, in the order of the report.
    pub(crate) peers: &'static [&'static Peer],
    /// What Portcullis has to keep.
    pub(crate) limits: &'static [Limit],
}

/// What the proxy must understand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// HTTP/1.1 in the clear.
    Http1,
    /// HTTP/2 in the clear, by prior knowledge.
    Http2,
}

/// Every case, in the order of the report.
pub(crate) const CASES: &[Case] = &[
    Case {
        name: "keep-alive",
        shows: "Plain forwarding: HTTP/1.1, 64 connections, small JSON",
        protocol: Protocol::Http1,
        tool: Tool::Wrk,
        arguments: &["-t1", "-c64"],
        path: "/small",
        behind: Behind::Nginx,
        peers: PEERS,
        limits: &[
            Limit::CpuPerRequest {
                times: 1.15,
                of: "nginx",
            },
            Limit::Memory { megabytes: 25.0 },
        ],
    },
    Case {
        name: "http2-clients",
        shows: "HTTP/2 clients, HTTP/1.1 upstream: 8 connections with 16 streams each, small JSON",
        protocol: Protocol::Http2,
        tool: Tool::H2load,
        arguments: &["-t1", "-c8", "-m16"],
        path: "/small",
        behind: Behind::Nginx,
        peers: PEERS,
        limits: &[Limit::CpuPerRequest {
            times: 0.7,
            of: "envoy",
        }],
    },
    Case {
        name: "one-connection",
        shows: "The time a request spends on its way: HTTP/1.1, one connection, small JSON",
        protocol: Protocol::Http1,
        tool: Tool::Wrk,
        arguments: &["-t1", "-c1"],
        path: "/small",
        behind: Behind::Nginx,
        peers: PEERS,
        limits: &[],
    },
    Case {
        name: "large-body",
        shows: "Streaming: HTTP/1.1, 16 connections, answers of 64 KiB",
        protocol: Protocol::Http1,
        tool: Tool::Wrk,
        arguments: &["-t1", "-c16"],
        path: "/large",
        behind: Behind::Nginx,
        peers: PEERS,
        limits: &[],
    },
    Case {
        name: "one-slow-of-ten",
        shows: "Balancing by load: HTTP/1.1, 32 connections, ten endpoints that take 2 ms to answer, but for one \
                that takes 20 ms. Portcullis and Envoy take the less busy of two endpoints, portcullis-ewma the one of \
                two that promises to be quicker (`peak-ewma`), nginx and HAProxy the least busy of all",
        protocol: Protocol::Http1,
        tool: Tool::Wrk,
        arguments: &["-t1", "-c32"],
        path: "/",
        behind: Behind::OneSlowOfTen,
        peers: &[PORTCULLIS, PORTCULLIS_EWMA, PEERS[1], PEERS[2], PEERS[3]],
        limits: &[
            Limit::P99 {
                ours: "portcullis",
                times: 1.2,
                of: "envoy",
            },
            Limit::P99 {
                ours: "portcullis-ewma",
                times: 1.0,
                of: "envoy",
            },
        ],
    },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_cases_share_a_name() {
        let names: BTreeSet<_> = CASES.iter().map(|case| case.name).collect();
        assert_eq!(names.len(), CASES.len());
    }

    #[test]
    fn limits_name_proxies_of_their_case() {
        for case in CASES {
            let known = |name: &str| case.peers.iter().any(|peer| peer.name == name);
            let names = case.limits.iter().flat_map(|limit| match limit {
                Limit::CpuPerRequest { of, .. } => vec![PORTCULLIS.name, *of],
                Limit::P99 { ours, of, .. } => vec![*ours, *of],
                Limit::Memory { .. } => vec![PORTCULLIS.name],
            });
            for name in names {
                assert!(known(name), "{}: {name}", case.name);
            }
        }
    }
}
