//! nginx. A port of its older versions speaks either HTTP/1.1 or HTTP/2.

use super::{Peer, Site};
use crate::bench::cases::Protocol;
use crate::bench::nginx_file::{NGINX_ARGUMENTS, NGINX_FILE, nginx_file};

pub(crate) const NGINX: &Peer = &Peer {
    name: "nginx",
    program: "nginx",
    file: NGINX_FILE,
    config,
    arguments: NGINX_ARGUMENTS,
    version: "-v",
};

fn config(site: &Site) -> String {
    let protocol = match site.protocol {
        Protocol::Http1 => "",
        Protocol::Http2 => " http2",
    };
    nginx_file(&format!(
        r#"    upstream service {{
        least_conn;
{servers}        keepalive 128;
        keepalive_requests 1000000000;
        keepalive_timeout 300s;
    }}
    server {{
        listen {clients}{protocol};
        location / {{
            proxy_pass http://service;
            proxy_http_version 1.1;
            proxy_buffers 16 8k;
            proxy_max_temp_file_size 0;
            proxy_set_header Connection "";
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $remote_addr;
            proxy_set_header X-Forwarded-Proto $scheme;
            proxy_set_header X-Forwarded-Host $http_host;
        }}
    }}
"#,
        servers = site.lines(|address| format!("        server {address};\n")),
        clients = site.clients,
    ))
}
