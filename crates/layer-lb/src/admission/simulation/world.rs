//! Clients, the gateway's admission, and a server with so many workers and one queue.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;
use http::StatusCode;
use tokio::time::Instant;

use super::super::{Admission, AdmissionRules, Class};
use crate::counters::UpstreamCounters;
use crate::load::Load;
use crate::outcome::{Ending, Outcome};

/// A moment in nanoseconds.
type Moment = u64;

pub(super) struct World {
    pub(super) admission: Admission,
    pub(super) counters: Arc<UpstreamCounters>,
    pub(super) load: Load,
    pub(super) workers: usize,
    /// Requests per second of each class, in the order background, default, critical.
    pub(super) offered: [f64; 3],
    /// The share of requests that fail.
    pub(super) sickness: f64,
    /// The mean time that a worker takes, in seconds.
    pub(super) service: f64,
    pub(super) seen: Seen,
    random: Rng,
    begin: Instant,
    now: Moment,
    busy: usize,
    queue: VecDeque<Moment>,
    events: BinaryHeap<Reverse<(Moment, Event)>>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Arrival(usize),
    Done { began: Moment },
}

/// What was seen since it was last looked at.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    pub(super) offered: [u32; 3],
    pub(super) passed: [u32; 3],
    pub(super) done: u32,
    /// Of the done ones, in seconds.
    pub(super) latencies: Vec<f64>,
}

impl Seen {
    /// The share of requests of a class that passed.
    pub(super) fn share(&self, class: Class) -> f64 {
        let class = class as usize;
        f64::from(self.passed[class]) / f64::from(self.offered[class].max(1))
    }

    pub(super) fn all_passed(&self) -> u32 {
        self.passed.iter().sum()
    }

    pub(super) fn all_offered(&self) -> u32 {
        self.offered.iter().sum()
    }

    pub(super) fn median(&mut self) -> f64 {
        self.latencies.sort_by(f64::total_cmp);
        self.latencies[self.latencies.len() / 2]
    }
}

const CLASSES: [Class; 3] = [Class::Background, Class::Default, Class::Critical];

impl World {
    pub(super) fn new(seed: u64, rules: AdmissionRules) -> Self {
        fastrand::seed(seed);
        let counters = Arc::new(UpstreamCounters::new());
        let admission = Admission::build(rules, &"test".into(), &counters).unwrap();
        let mut world = Self {
            admission,
            counters,
            load: Load::default(),
            workers: 10,
            offered: [0.0; 3],
            sickness: 0.0,
            service: 0.010,
            seen: Seen::default(),
            random: Rng::with_seed(seed),
            begin: Instant::now(),
            now: 0,
            busy: 0,
            queue: VecDeque::new(),
            events: BinaryHeap::new(),
        };
        for class in 0..3 {
            world.events.push(Reverse((0, Event::Arrival(class))));
        }
        world
    }

    /// Lets `length` pass and says what happened in it.
    pub(super) fn run(&mut self, length: Duration) -> Seen {
        let end = self.now + length.as_nanos() as Moment;
        while let Some(Reverse((moment, event))) = self.events.peek().copied() {
            if moment > end {
                break;
            }
            self.events.pop();
            self.now = moment;
            match event {
                Event::Arrival(class) => self.arrives(class),
                Event::Done { began } => self.done(began),
            }
        }
        self.now = end;
        std::mem::take(&mut self.seen)
    }

    fn instant(&self) -> Instant {
        self.begin + Duration::from_nanos(self.now)
    }

    fn after(&mut self, mean: f64) -> Moment {
        let seconds = -mean * (1.0 - self.random.f64()).ln();
        self.now + (seconds * 1e9) as Moment + 1
    }

    fn arrives(&mut self, class: usize) {
        let rate = self.offered[class];
        if rate > 0.0 {
            let next = self.after(1.0 / rate);
            self.events.push(Reverse((next, Event::Arrival(class))));
            self.seen.offered[class] += 1;
            let now = self.instant();
            let seat = self.admission.admit(CLASSES[class], &self.load, now);
            // The flight begins before the seat is given up.
            if seat.map(|_seat| self.load.begin()).is_ok() {
                self.seen.passed[class] += 1;
                self.queue.push_back(self.now);
                self.work();
            }
        } else {
            // Nobody of this class now; look again.
            let later = self.now + 10_000_000;
            self.events.push(Reverse((later, Event::Arrival(class))));
        }
    }

    fn work(&mut self) {
        while self.busy < self.workers {
            let Some(began) = self.queue.pop_front() else {
                return;
            };
            self.busy += 1;
            // Half of the time is the same for all, the rest varies.
            let done = self.after(self.service / 2.0) + (self.service * 0.5e9) as Moment;
            self.events.push(Reverse((done, Event::Done { began })));
        }
    }

    fn done(&mut self, began: Moment) {
        self.busy -= 1;
        self.load.end();
        let failed = self.random.f64() < self.sickness;
        let status = if failed { 503 } else { 200 };
        let elapsed = Duration::from_nanos(self.now - began);
        let ending = Ending::Response {
            status: StatusCode::from_u16(status).unwrap(),
            grpc_status: None,
        };
        let now = self.instant();
        self.admission.observe(&Outcome { ending, elapsed }, now);
        self.seen.done += 1;
        self.seen.latencies.push(elapsed.as_secs_f64());
        self.work();
    }
}
