//! Envoy. It sets `X-Forwarded-For` and `-Proto` by itself where it is told to be at the edge.

use super::{Peer, Site};

pub(crate) const ENVOY: &Peer = &Peer {
    name: "envoy",
    program: "envoy",
    file: "envoy.yaml",
    config,
    arguments: &[
        "--config-path",
        "envoy.yaml",
        "--concurrency",
        "1",
        "--disable-hot-restart",
        "--log-level",
        "error",
    ],
    version: "--version",
};

fn config(site: &Site) -> String {
    format!(
        r#"static_resources:
  listeners:
  - name: clients
    address: {{ socket_address: {{ address: {client_ip}, port_value: {client_port} }} }}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: clients
          codec_type: AUTO
          use_remote_address: true
          generate_request_id: false
          normalize_path: true
          merge_slashes: true
          route_config:
            virtual_hosts:
            - name: everything
              domains: ["*"]
              routes:
              - match: {{ prefix: "/" }}
                route: {{ cluster: service }}
                request_headers_to_add:
                - header: {{ key: x-forwarded-host, value: "%REQ(:authority)%" }}
                  append_action: OVERWRITE_IF_EXISTS_OR_ADD
          http_filters:
          - name: envoy.filters.http.router
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
              suppress_envoy_headers: true
  clusters:
  - name: service
    type: STATIC
    connect_timeout: 5s
    lb_policy: LEAST_REQUEST
    load_assignment:
      cluster_name: service
      endpoints:
      - lb_endpoints:
{endpoints}"#,
        client_ip = site.clients.ip(),
        client_port = site.clients.port(),
        endpoints = site.lines(|address| format!(
            "        - endpoint:
            address: {{ socket_address: {{ address: {}, port_value: {} }} }}\n",
            address.ip(),
            address.port()
        )),
    )
}
