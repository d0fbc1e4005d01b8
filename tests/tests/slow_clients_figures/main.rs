//! What thousands of clients that do not go on cost the honest one beside them: its time, memory, and for how long.
//! They also cost the machine, on which they run themselves, though on a core of their own where there are two: that
//! shows in another gateway which they leave alone.
//!
//! The deadlines are short, to be done within half a minute. With `PORTCULLIS_SLOW_CLIENTS=minute` they are the
//! defaults, and the clients keep coming for a minute.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "what goes wrong here fails a test, which tells its figures"
)]

mod cores;
mod honest;
mod origin;
mod slow;

use std::time::{Duration, Instant};

use gateway_testkit::Binary;
use honest::Honest;
use slow::{Kind, Slow};
use tokio::task::JoinSet;

/// Slow clients, a quarter of each kind.
const CLIENTS: usize = 5000;
/// How long after its deadline a client may still be connected.
const LATE: Duration = Duration::from_secs(5);
/// By how much the resident memory may grow: some 100 KiB for each client.
const GROWTH: u64 = 512 << 20;
/// Below this, what the honest client waits is the machine's noise.
const NOISE: Duration = Duration::from_millis(1);
/// How many times longer than without them it may wait.
const FACTOR: u32 = 2;
/// How often it is tried.
const SIEGES: u32 = 3;
/// Files that the test and the gateway need, each.
const FILES: u64 = 16_000;

/// How long a run takes, and what its gateway allows.
struct Plan {
    limits: &'static str,
    /// Of silence, heads and bodies, and of unread answers.
    deadlines: [Duration; 2],
    /// How long slow clients keep coming.
    siege: Duration,
}

impl Plan {
    fn asked_for() -> Self {
        match std::env::var("PORTCULLIS_SLOW_CLIENTS").as_deref() {
            Ok("minute") => Self {
                limits: "",
                deadlines: [Duration::from_secs(10), Duration::from_secs(60)],
                siege: Duration::from_secs(60),
            },
            _ => Self {
                limits: "http = { first-byte-timeout = \"12s\", header-timeout = \"12s\", write-timeout = \"12s\", body = { grace = \"12s\" } }",
                deadlines: [Duration::from_secs(12); 2],
                // All come once and are thrown out together, after the measurement.
                siege: Duration::from_secs(11),
            },
        }
    }

    fn deadline(&self, kind: Kind) -> Duration {
        self.deadlines[usize::from(kind == Kind::Unread)]
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_clients_cost_the_honest_one_little() {
    let files = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    assert!(files.maximum.is_none_or(|most| most >= FILES), "{files:?}");
    let raised = rustix::process::Rlimit {
        current: files.maximum,
        maximum: files.maximum,
    };
    rustix::process::setrlimit(rustix::process::Resource::Nofile, raised).unwrap();

    // Whatever is started from here on keeps to this core, the gateways too.
    cores::keep_to_first().unwrap();
    let plan = Plan::asked_for();
    // What else the machine does only ever adds: one siege in which it does little is enough.
    for left in (0..SIEGES).rev() {
        let waits = besiege(&plan).await;
        if waits.are_short() || left == 0 {
            assert!(waits.are_short(), "{waits:?}");
            return;
        }
    }
}

/// What the honest client waits, by its p99.
#[derive(Clone, Copy, Debug)]
struct Waits {
    /// Before the slow ones come.
    without: Duration,
    /// Beside them.
    with: Duration,
    /// Beside them, through a gateway which they leave alone.
    of_the_machine: Duration,
}

impl Waits {
    fn are_short(self) -> bool {
        let base = self.without.max(self.of_the_machine);
        self.with <= (base * FACTOR).max(NOISE)
    }
}

/// Has all slow clients come once, checks that they cost no more memory than they may and are gone in time.
async fn besiege(plan: &Plan) -> Waits {
    let origin = origin::start().unwrap();
    let toml = format!(
        "[listeners.public]\nbind = \"127.0.0.1:0\"\n{}\n\
         [upstreams.origin]\nendpoints = [\"http://{origin}\"]\nlimits = {{ connections = 10000 }}\n\
         [[routes]]\nname = \"all\"\nmatch = {{ path = {{ prefix = \"/\" }} }}\nupstream = \"origin\"\n",
        plan.limits
    );
    let mut gateway = Binary::find().unwrap().serve(&toml).await.unwrap();
    let address = gateway.address("public").unwrap();
    // What the clients themselves take of the machine shows in a gateway that they leave alone.
    let spared = Binary::find().unwrap().serve(&toml).await.unwrap();
    let beside_it = Honest::start(spared.address("public").unwrap()).unwrap();

    let honest = Honest::start(address).unwrap();
    tokio::time::sleep(Duration::from_secs(6)).await;
    let without = honest.p99();
    let before = gateway.process().usage().unwrap().rss;

    let began = Instant::now();
    let elsewhere = cores::runtime_on_last().unwrap();
    let mut clients = JoinSet::new();
    for number in 0..CLIENTS {
        let kind = Kind::ALL[number % Kind::ALL.len()];
        let slow = Slow {
            address,
            kind,
            deadline: plan.deadline(kind),
            late: LATE,
            until: began + plan.siege,
        };
        clients.spawn_on(slow.besiege(), elsewhere.handle());
        if number % 50 == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    honest.forget();
    beside_it.forget();
    tokio::time::sleep_until((began + plan.siege).into()).await;
    let (with, of_the_machine) = (honest.p99(), beside_it.p99());
    let growth = gateway
        .process()
        .usage()
        .unwrap()
        .peak_rss
        .saturating_sub(before);

    let mut gone = [0; Kind::ALL.len()];
    for (kind, times) in clients.join_all().await.into_iter().map(Result::unwrap) {
        gone[kind as usize] += times;
    }
    println!(
        "honest p99: {without:?} alone, {with:?} beside {CLIENTS} slow clients, {of_the_machine:?} meanwhile through a \
         gateway without them; {} MiB of growth, {} KiB each; ended: {gone:?}",
        growth >> 20,
        growth / 1024 / CLIENTS as u64,
    );
    elsewhere.shutdown_background();
    assert!(gone.iter().all(|times| *times >= CLIENTS / Kind::ALL.len()));
    assert!(growth < GROWTH, "{} MiB of growth", growth >> 20);
    assert!(honest.failure().is_none(), "{:?}", honest.failure());
    Waits {
        without,
        with,
        of_the_machine,
    }
}
