//! A gateway that runs, and how it ends.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use tokio::task::JoinHandle;
use tokio_util::task::TaskTracker;

use super::Drained;
use crate::server::{Drain, DrainTimes, Edge, Phase};

/// A gateway that runs. Dropping it cuts everything; [`shutdown`](Self::shutdown) ends it with care.
#[derive(Debug)]
pub struct Running {
    addresses: BTreeMap<String, SocketAddr>,
    admin: Option<SocketAddr>,
    drain: Drain,
    times: DrainTimes,
    connections: TaskTracker,
    tasks: Vec<JoinHandle<()>>,
    /// Keeps the routes, which own what outlives its client, while a drain waits for that.
    edge: Option<Edge>,
}

impl Running {
    pub(super) fn new(drain: Drain, times: DrainTimes, connections: TaskTracker) -> Self {
        Self {
            addresses: BTreeMap::new(),
            admin: None,
            drain,
            times,
            connections,
            tasks: Vec::new(),
            edge: None,
        }
    }

    pub(super) fn listens(&mut self, name: &str, address: SocketAddr) {
        self.addresses.insert(name.to_owned(), address);
    }

    pub(super) fn answers_at(&mut self, admin: SocketAddr) {
        self.admin = Some(admin);
    }

    pub(super) fn keeps(&mut self, edge: Edge) {
        self.edge = Some(edge);
    }

    pub(super) fn owns(&mut self, task: JoinHandle<()>) {
        self.tasks.push(task);
    }

    /// The bound address of the listener `name`.
    pub fn address(&self, name: &str) -> Option<SocketAddr> {
        self.addresses.get(name).copied()
    }

    /// All listeners by name.
    pub fn addresses(&self) -> &BTreeMap<String, SocketAddr> {
        &self.addresses
    }

    /// The bound address of `[admin]`.
    pub fn admin_address(&self) -> Option<SocketAddr> {
        self.admin
    }

    /// How long the phases of a shutdown last, as the file says.
    pub fn drain_times(&self) -> DrainTimes {
        self.times
    }

    /// Drains in two phases, with the times of the file, and ends.
    pub async fn shutdown(self) -> Drained {
        let times = self.times;
        self.shutdown_within(times).await
    }

    /// Drains in two phases, with other times, and ends.
    pub async fn shutdown_within(self, times: DrainTimes) -> Drained {
        let idle = async {
            self.connections.close();
            self.connections.wait().await;
        };
        let left = || self.connections.len();
        let drained = Drained::leaving(self.drain.run(times, idle, left).await);
        drained.log();
        drained
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.drain.advance(Phase::Closed);
        for task in &self.tasks {
            task.abort();
        }
    }
}
