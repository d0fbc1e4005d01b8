//! Endpoints with workers and queues, requests that come by chance, and events in the order of time.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use fastrand::Rng;
use layer_lb::BalanceConfig;
use layer_lb::balance::{Balance, Candidate, Choice, Measured, PeakEwma, Picker, Tried};
use tokio::time::Instant;

/// An endpoint as a picker sees it.
#[derive(Debug)]
pub(crate) struct Simulated {
    pub(crate) index: usize,
    in_flight: AtomicUsize,
    latency: PeakEwma,
}

impl Simulated {
    pub(crate) fn new(index: usize, start: Instant) -> Self {
        Self {
            index,
            in_flight: AtomicUsize::new(0),
            latency: PeakEwma::new(start),
        }
    }

    /// One more request is in flight.
    pub(crate) fn begin(&self) {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
    }
}

impl Measured for Simulated {
    fn in_flight(&self) -> usize {
        self.in_flight.load(Ordering::Relaxed)
    }

    fn latency(&self, now: Instant) -> Option<f32> {
        self.latency.get(now)
    }
}

/// What the endpoints of a simulation can do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ability {
    pub(crate) weight: u32,
    /// What a request takes, on the average.
    pub(crate) mean: Duration,
    /// Whether each takes the same, but for a twentieth; by an exponential distribution otherwise.
    pub(crate) is_steady: bool,
    /// How many it handles at once; more wait.
    pub(crate) workers: usize,
}

impl Ability {
    fn took(self, rng: &mut Rng) -> Duration {
        match self.is_steady {
            true => self.mean.mul_f64(0.95 + 0.1 * rng.f64()),
            false => exponential(rng, self.mean.as_secs_f64()),
        }
    }
}

/// How often requests come, and how many.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Offer {
    pub(crate) a_second: f64,
    pub(crate) requests: usize,
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Report {
    /// How many requests each endpoint got.
    pub(crate) chosen: Vec<usize>,
    /// How long each took, sorted.
    times: Vec<Duration>,
}

impl Report {
    /// What share of the requests each endpoint got.
    pub(crate) fn shares(&self) -> Vec<f64> {
        let all: usize = self.chosen.iter().sum();
        self.chosen
            .iter()
            .map(|chosen| *chosen as f64 / all as f64)
            .collect()
    }

    /// The time within which this share of the requests was answered.
    pub(crate) fn percentile(&self, share: f64) -> Duration {
        self.times[((self.times.len() - 1) as f64 * share) as usize]
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Arrival,
    /// At an endpoint, of a request that came at a moment.
    Response(usize, Duration),
}

/// How an endpoint is chosen: by a picker, or by another rule that is compared with it.
pub(crate) type Chooser<'a> = dyn FnMut(&[Arc<Simulated>], Instant, &mut Rng) -> usize + 'a;

/// The endpoints that `abilities` describe, under `offer`, each request sent where `chooser` says.
pub(crate) fn run_with(
    abilities: &[Ability],
    offer: Offer,
    start: Instant,
    endpoints: &[Arc<Simulated>],
    chooser: &mut Chooser<'_>,
) -> Report {
    let mut rng = Rng::with_seed(0x5eed);
    let mut service = Rng::with_seed(0xface);
    let mut queues: Vec<VecDeque<Duration>> = vec![VecDeque::new(); abilities.len()];
    let mut busy = vec![0; abilities.len()];
    let mut events = BinaryHeap::from([Reverse((Duration::ZERO, 0_u64, Event::Arrival))]);
    let mut report = Report {
        chosen: vec![0; abilities.len()],
        times: Vec::new(),
    };
    let (mut number, mut come) = (0, 0);
    while let Some(Reverse((now, _, event))) = events.pop() {
        let at = start + now;
        let freed = match event {
            Event::Arrival => {
                let index = chooser(endpoints, at, &mut rng);
                endpoints[index].begin();
                report.chosen[index] += 1;
                queues[index].push_back(now);
                come += 1;
                if come < offer.requests {
                    let gap = exponential(&mut service, 1.0 / offer.a_second);
                    number += 1;
                    events.push(Reverse((now + gap, number, Event::Arrival)));
                }
                index
            }
            Event::Response(index, came) => {
                endpoints[index].in_flight.fetch_sub(1, Ordering::Relaxed);
                endpoints[index].latency.observe(now - came, at);
                report.times.push(now - came);
                busy[index] -= 1;
                index
            }
        };
        if busy[freed] < abilities[freed].workers
            && let Some(came) = queues[freed].pop_front()
        {
            busy[freed] += 1;
            let took = abilities[freed].took(&mut service);
            number += 1;
            events.push(Reverse((now + took, number, Event::Response(freed, came))));
        }
    }
    report.times.sort_unstable();
    report
}

/// As [`run_with`], by a picker for `balance`, such as `"random"`.
pub(crate) fn run(balance: &str, abilities: &[Ability], offer: Offer) -> Report {
    let start = Instant::now();
    let endpoints = endpoints(abilities.len(), start);
    let weights: Vec<u32> = abilities.iter().map(|ability| ability.weight).collect();
    let picker = Picker::build(&self::balance(balance), candidates(&endpoints, &weights));
    let tried = Tried::default();
    run_with(abilities, offer, start, &endpoints, &mut |_, now, rng| {
        picker
            .pick_with(Choice::new(&tried).at(now), rng)
            .unwrap()
            .index
    })
}

pub(crate) fn endpoints(count: usize, start: Instant) -> Vec<Arc<Simulated>> {
    (0..count)
        .map(|index| Arc::new(Simulated::new(index, start)))
        .collect()
}

pub(crate) fn candidates(
    endpoints: &[Arc<Simulated>],
    weights: &[u32],
) -> Vec<Candidate<Simulated>> {
    let candidate = |(endpoint, weight): (&Arc<Simulated>, &u32)| {
        let name = format!("http://10.0.0.{}:9000", endpoint.index);
        let mut candidate = Candidate::new(Arc::clone(endpoint), &name);
        candidate.weight = *weight;
        candidate
    };
    endpoints.iter().zip(weights).map(candidate).collect()
}

/// `balance` as it stands in the file, but in JSON.
pub(crate) fn balance(config: &str) -> Balance {
    let config: BalanceConfig = serde_json::from_str(config).unwrap();
    Balance::new(&config)
}

fn exponential(rng: &mut Rng, mean: f64) -> Duration {
    Duration::from_secs_f64(-(1.0 - rng.f64()).ln() * mean)
}
