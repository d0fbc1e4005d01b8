//! What the gateway keeps in memory while a gigabyte passes through it.

#![expect(
    clippy::print_stdout,
    reason = "the figures are what one runs this for"
)]

mod gigabyte;

use std::io;

use gateway_testkit::{Binary, GatewayProcess};
use gigabyte::{Failure, GIGABYTE, Http};

/// How much the resident memory of the process may grow while the stream passes.
const GROWTH: u64 = 16 * 1024 * 1024;

async fn gateway(upstream: std::net::SocketAddr, protocol: &str) -> io::Result<GatewayProcess> {
    let toml = format!(
        r#"
        [listeners.public]
        bind = "127.0.0.1:0"
        [upstreams.origin]
        endpoints = ["http://{upstream}"]
        protocol = "{protocol}"
        [[routes]]
        name = "all"
        upstream = "origin"
        "#
    );
    Binary::find()?.serve(&toml).await
}

/// Streams a gigabyte down and one up; returns by how much the peak of the resident memory grew.
async fn growth(client: Http, upstream: Http) -> Result<u64, Failure> {
    let origin = gigabyte::origin(upstream).await?;
    let mut gateway = gateway(origin.address, upstream.name()).await?;
    let public = gateway.address("public")?;
    // What the first exchange sets up stays and is no growth.
    gigabyte::download(client, public, 1024 * 1024).await?;
    gigabyte::upload(client, public, 1024 * 1024).await?;
    let before = gateway.process().usage()?.rss;
    assert_eq!(
        gigabyte::download(client, public, GIGABYTE).await?,
        GIGABYTE
    );
    assert_eq!(gigabyte::upload(client, public, GIGABYTE).await?, GIGABYTE);
    let growth = gateway.process().usage()?.peak_rss.saturating_sub(before);
    println!(
        "{} to {}: {} KiB before, {} KiB of growth",
        client.name(),
        upstream.name(),
        before / 1024,
        growth / 1024
    );
    Ok(growth)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gigabyte_each_way_http1_to_http1() {
    assert!(growth(Http::One, Http::One).await.unwrap() < GROWTH);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gigabyte_each_way_http1_to_http2() {
    assert!(growth(Http::One, Http::Two).await.unwrap() < GROWTH);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gigabyte_each_way_http2_to_http1() {
    assert!(growth(Http::Two, Http::One).await.unwrap() < GROWTH);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gigabyte_each_way_http2_to_http2() {
    assert!(growth(Http::Two, Http::Two).await.unwrap() < GROWTH);
}
