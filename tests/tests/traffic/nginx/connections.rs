//! The gateway before an nginx that speaks TLS, HTTP/2 and the PROXY protocol, and listens on a Unix socket.

use gateway_testkit::{
    HttpClient, InProcessGateway, Nginx, free_address, require_component, tempdir,
};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

use crate::passage::LISTENER;

/// What nginx says of a request: how it was asked, and by whom.
const ANSWER: &str =
    "\"$server_protocol $scheme $http2 name=$ssl_server_name client=$proxy_protocol_addr\"";

#[tokio::test]
async fn nginx_is_reached_in_every_way() {
    let program = require_component!("nginx");
    let files = tempdir().unwrap();
    let path = |name: &str| files.path().join(name).display().to_string();
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ca = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let names = ["orders.internal".to_owned(), "127.0.0.1".to_owned()];
    let params = CertificateParams::new(names).unwrap();
    let certificate = params.signed_by(&key, &ca).unwrap();
    std::fs::write(path("ca.pem"), ca.pem()).unwrap();
    std::fs::write(path("server.pem"), certificate.pem()).unwrap();
    std::fs::write(path("server.key"), key.serialize_pem()).unwrap();

    let [both, plain, told] = [(); 3].map(|()| free_address().unwrap());
    let socket = path("app.sock");
    let nginx = Nginx::start(
        &program,
        &format!(
            "listen {both} ssl http2;\nlisten {plain} ssl;\nlisten {told} ssl proxy_protocol;\n\
             listen unix:{socket};\nssl_certificate {};\nssl_certificate_key {};\n\
             ssl_verify_client optional;\nssl_client_certificate {};\n\
             location / {{ return 200 {ANSWER}; }}\n",
            path("server.pem"),
            path("server.key"),
            path("ca.pem"),
        ),
    )
    .await
    .unwrap();

    let ca = path("ca.pem");
    let trusting = format!("tls = {{ ca = \"{ca}\" }}");
    let named = format!("tls = {{ ca = \"{ca}\", server-name = \"orders.internal\" }}");
    let https = |address| format!("https://{address}");
    let mut file = LISTENER.to_owned();
    let ways = [
        (
            "auto-h2",
            https(both),
            format!("protocol = \"auto\"\n{trusting}"),
        ),
        (
            "auto-h1",
            https(plain),
            format!("protocol = \"auto\"\n{named}"),
        ),
        ("h2", https(both), format!("protocol = \"http2\"\n{named}")),
        ("h1", https(both), trusting.clone()),
        (
            "v1",
            https(told),
            format!("proxy-protocol = \"v1\"\n{trusting}"),
        ),
        (
            "v2",
            https(told),
            format!("proxy-protocol = \"v2\"\n{trusting}"),
        ),
        ("unix", format!("unix:{socket}"), String::new()),
        ("stranger", https(both), String::new()),
    ];
    for (name, endpoint, rest) in &ways {
        file += &format!(
            "[upstreams.{name}]\nendpoints = [\"{endpoint}\"]\n{rest}\n\
             [[routes]]\nname = \"{name}\"\nmatch = {{ path = \"/{name}\" }}\nupstream = \"{name}\"\n"
        );
    }
    let gateway = InProcessGateway::start(&file).unwrap();
    let address = gateway.address("public").unwrap();
    let client = HttpClient::http1(address).await.unwrap();
    for (name, expected) in [
        ("auto-h2", "HTTP/2.0 https h2 name= client="),
        ("auto-h1", "HTTP/1.1 https  name=orders.internal client="),
        ("h2", "HTTP/2.0 https h2 name=orders.internal client="),
        ("h1", "HTTP/1.1 https  name= client="),
        ("v1", "HTTP/1.1 https  name= client=127.0.0.1"),
        ("v2", "HTTP/1.1 https  name= client=127.0.0.1"),
        ("unix", "HTTP/1.1 http  name= client="),
    ] {
        // The second one goes over a connection that was kept.
        for _ in 0..2 {
            let answer = client.get(&format!("/{name}")).await.unwrap();
            assert_eq!(answer.text(), expected, "{name}");
        }
    }
    let answer = client.get("/stranger").await.unwrap();
    assert_eq!(answer.status, 502);
    assert!(answer.text().contains("upstream/connect-failed"));
    drop(nginx);
}
