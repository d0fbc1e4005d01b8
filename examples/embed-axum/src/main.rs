//! One Portcullis layer inside an axum service of your own.
#![expect(clippy::print_stdout, reason = "it says how to try it")]

use axum::{Extension, Router, routing::get};
use layer_auth::{ApiKeyLayer, ApiKeys, Identity};

/// `printf %s open-sesame | sha256sum`: the key itself is stored nowhere.
const HASH: &str = "sha256:d7ecdf25eaf3deba0f2628771dbdd22d4138ab6cf38f91ed02a2ca0dec7c8ab7";

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let acme = Identity::builder("api-key", "ci").consumer("acme").build();
    let keys = ApiKeys::new().with(HASH.parse()?, acme);

    let app = Router::new()
        .route("/", get(greet))
        .layer(ApiKeyLayer::new(keys));

    let port = std::env::var("PORT").map_or(Ok(3000), |port| port.parse())?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    let address = listener.local_addr()?;
    println!("Listening on http://{address}. Try:");
    println!("  curl http://{address}/");
    println!("  curl http://{address}/ -H 'x-api-key: open-sesame'");
    axum::serve(listener, app).await?;
    Ok(())
}

async fn greet(Extension(caller): Extension<Identity>) -> String {
    format!("Hello, {}!\n", caller.consumer().unwrap_or("stranger"))
}
