//! What every configuration file of nginx has in common.

/// One worker, no access log, connections that never have to be replaced, and all files in the folder it
/// runs in. `http` is what differs.
pub(crate) fn nginx_file(http: &str) -> String {
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|module| format!("    {module}_temp_path {module};\n"))
        .concat();
    // One process without a master stays the user we are, and may read what we wrote.
    format!(
        "daemon off;
master_process off;
pid nginx.pid;
error_log stderr warn;
events {{ worker_connections 2048; }}
http {{
{temporary}    access_log off;
    keepalive_timeout 300s;
    keepalive_requests 1000000000;
    tcp_nodelay on;
{http}}}
"
    )
}

/// How nginx is started with `file` in the folder it runs in.
pub(crate) const NGINX_ARGUMENTS: &[&str] = &["-p", ".", "-c", "nginx.conf", "-e", "stderr"];

/// The name of the file in [`NGINX_ARGUMENTS`].
pub(crate) const NGINX_FILE: &str = "nginx.conf";
