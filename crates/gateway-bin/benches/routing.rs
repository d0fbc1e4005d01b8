//! What a request costs in the router, with one route and with 10,000.
//!
//! `hot` is the same request again and again; `spread` is 10,000 different ones in turn, each for a host and a
//! path of its own, so that neither the request nor its route is in the processor's nearest cache.

#![expect(clippy::expect_used, reason = "a benchmark fails loudly")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use gateway_core::config::{ConfigErrors, Document, Source, Span, decode};
use http::Request;
use http::request::Parts;
use portcullis::routing::{Pattern, RouteEntry, RouteTable};

const MANY: usize = 10_000;

/// Routes with the values of `match` that `text` gives.
fn entries(count: usize, text: impl Fn(usize) -> String) -> Vec<RouteEntry<usize>> {
    let lines: String = (0..count)
        .map(|at| format!("r{at} = {{ {} }}\n", text(at)))
        .collect();
    let mut errors = ConfigErrors::new();
    let document = Document::parse(&Source::new("bench.toml", lines), &mut errors).expect("TOML");
    let entry = |at: usize| {
        let name = format!("r{at}");
        let node = document.root().get(&name).expect("a route");
        RouteEntry {
            name: name.into(),
            span: Span::default(),
            priority: 0,
            pattern: Pattern::new(decode(node).expect("a match")).expect("a pattern"),
            action: at,
        }
    };
    (0..count).map(entry).collect()
}

fn exact(at: usize) -> String {
    format!(
        "host = 'api-{at}.example.com', path = '/v1/service-{at}/orders', methods = ['GET', 'POST']"
    )
}

fn template(at: usize) -> String {
    format!("host = 'api-{at}.example.com', path = '/v1/service-{at}/{{id}}'")
}

fn one_host(at: usize) -> String {
    format!("host = 'api.example.com', path = '/v1/service-{at}/{{*rest}}'")
}

fn request(path: &str) -> Parts {
    let request = Request::get(path)
        .header("accept", "*/*")
        .body(())
        .expect("a request");
    request.into_parts().0
}

fn hosts_and_requests(count: usize) -> Vec<(String, Parts)> {
    // Neighbours in this order are no neighbours in memory.
    (0..count)
        .map(|step| (step * 7_919) % count)
        .map(|at| {
            (
                format!("api-{at}.example.com"),
                request(&format!("/v1/service-{at}/orders")),
            )
        })
        .collect()
}

fn find(c: &mut Criterion) {
    let mut group = c.benchmark_group("routing");
    let requests = hosts_and_requests(MANY);
    let one_exact = |_| "path = '/v1/service-0/orders', methods = ['GET', 'POST']".to_owned();
    let one_template = |_| "path = '/v1/{service}/orders'".to_owned();
    for (name, one, many) in [
        (
            "exact",
            &one_exact as &dyn Fn(usize) -> String,
            &exact as &dyn Fn(usize) -> String,
        ),
        ("template", &one_template, &template),
    ] {
        for (count, text) in [(1, one), (MANY, many)] {
            let table = RouteTable::build(entries(count, text)).expect("no errors");
            let (host, parts) = &requests[0];
            assert!(table.find(parts, host).is_some());
            group.bench_function(BenchmarkId::new(format!("{name}/hot"), count), |b| {
                b.iter(|| black_box(table.find(black_box(parts), black_box(host))).is_some());
            });
            let mut next = requests.iter().cycle();
            group.bench_function(BenchmarkId::new(format!("{name}/spread"), count), |b| {
                b.iter(|| {
                    let (host, parts) = next.next().expect("an endless cycle");
                    black_box(table.find(black_box(parts), black_box(host))).is_some()
                });
            });
        }
    }
    group.finish();
}

fn build(c: &mut Criterion) {
    let mut group = c.benchmark_group("routing/build");
    group.sample_size(10);
    let tenant = |at| format!("path = '/v1/orders', headers = {{ x-tenant = 'tenant-{at}' }}");
    for (name, text) in [
        ("hosts", &exact as &dyn Fn(usize) -> String),
        ("one-host", &one_host),
        ("one-path", &tenant),
    ] {
        group.bench_function(BenchmarkId::new(name, MANY), |b| {
            b.iter_batched(
                || entries(MANY, text),
                |entries| RouteTable::build(entries).is_ok(),
                criterion::BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

criterion_group!(benches, find, build);
criterion_main!(benches);
