//! What layers cost: `cargo bench -p gateway-bin --bench stack`.

#![expect(clippy::expect_used, reason = "a benchmark fails loudly")]

use std::hint::black_box;
use std::sync::Arc;

use axum::body::Body;
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use gateway_core::contract::{Next, Request, RouteLayer, RouteService, handler};
use gateway_core::observe::ObserveLayer;
use tower::service_fn;

/// A stack of so many handlers that let every request pass.
fn stack(layers: usize, observed: bool) -> RouteService {
    let innermost = service_fn(async |_: Request| Ok(gateway_core::contract::Response::default()));
    (0..layers).fold(RouteService::new(innermost), |inner, _| {
        let layer = handler(async |request: Request, next: Next| next.run(request).await);
        if observed {
            ObserveLayer::new("watched".into(), Arc::new(layer)).wrap(inner)
        } else {
            layer.wrap(inner)
        }
    })
}

fn benchmark(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    for (name, observed) in [("enforced", false), ("observed", true)] {
        let mut group = criterion.benchmark_group(name);
        for layers in [0, 1, 8] {
            let stack = stack(layers, observed);
            group.bench_function(BenchmarkId::from_parameter(layers), |bencher| {
                bencher.iter(|| {
                    runtime.block_on(async {
                        black_box(stack.respond(Request::new(Body::empty())).await)
                    })
                });
            });
        }
        group.finish();
    }
}

criterion_group!(benches, benchmark);
criterion_main!(benches);
