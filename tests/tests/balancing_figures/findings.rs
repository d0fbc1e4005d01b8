//! What clients and endpoints saw, and what is required of it.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use e2e::scripted::{Deed, Entry};

use crate::record::{Outcome, Record};

/// How soon a gateway has learnt of a trouble, on a machine that is busy: no POST is lost to it any more.
const LEARNT: Duration = Duration::from_secs(2);

/// What clients and endpoints saw.
pub(crate) struct Findings {
    /// Of the clients, in the order in which they were due.
    pub(crate) records: Vec<Record>,
    /// Of each endpoint.
    pub(crate) journals: Vec<Vec<Entry>>,
    /// When something was done to an endpoint, since 1970.
    pub(crate) marks: Vec<Duration>,
}

impl Findings {
    pub(crate) fn gets(&self) -> impl Iterator<Item = &Record> {
        self.records.iter().filter(|record| record.nonce.is_none())
    }

    fn posts(&self) -> impl Iterator<Item = &Record> {
        self.records.iter().filter(|record| record.nonce.is_some())
    }

    /// How often each number was executed.
    fn executions(&self) -> BTreeMap<u64, usize> {
        let mut executions = BTreeMap::new();
        for nonce in self.journals.iter().flatten().filter_map(Entry::executes) {
            *executions.entry(nonce).or_default() += 1;
        }
        executions
    }

    /// How many requests ended so at the endpoint with that index, between two marks.
    pub(crate) fn deeds(&self, endpoint: usize, deed: Deed, from: usize, to: usize) -> usize {
        let end = self.marks.get(to).copied().unwrap_or(Duration::MAX);
        let entries = self.journals[endpoint].iter();
        entries
            .filter(|entry| entry.deed == deed && (self.marks[from]..end).contains(&entry.at))
            .count()
    }

    /// No GET has failed, but that `allowed` ones may have.
    #[track_caller]
    pub(crate) fn assert_gets(&self, allowed: impl Fn(&Outcome) -> bool) {
        let ended = outcomes(self.gets());
        let failed: Vec<_> = ended
            .iter()
            .filter(|(outcome, _)| ***outcome != Outcome::Answered && !allowed(outcome))
            .collect();
        assert!(failed.is_empty(), "{failed:?}");
    }

    /// No GET that was due from that time on has failed.
    #[track_caller]
    pub(crate) fn assert_gets_from(&self, time: Duration) {
        let late = self.gets().filter(|get| get.due >= time);
        let ended = outcomes(late);
        let answered = ended.get(&Outcome::Answered).copied().unwrap_or_default();
        assert!(answered > 0 && ended.len() == 1, "{ended:?}");
    }

    /// How many requests were sent between two marks.
    pub(crate) fn sent_between(&self, from: usize, to: usize) -> usize {
        let span = self.marks[from]..self.marks[to];
        let sent = self.records.iter().map(|record| record.due + record.lag);
        sent.filter(|time| span.contains(time)).count()
    }

    /// Nothing was executed twice, what was answered was executed, and what failed may have been.
    #[track_caller]
    pub(crate) fn assert_posts(&self) {
        let executions = self.executions();
        let twice: Vec<_> = executions.iter().filter(|(_, times)| **times > 1).collect();
        assert!(twice.is_empty(), "executed more than once: {twice:?}");
        for post in self.posts() {
            let is_executed = post.nonce.is_some_and(|n| executions.contains_key(&n));
            assert!(post.outcome != Outcome::Answered || is_executed, "{post:?}");
            assert!(post.outcome.is_of_one_that_was_sent(), "{post:?}");
        }
    }

    /// POSTs fail only at the time of a mark.
    #[track_caller]
    pub(crate) fn assert_posts_fail_only_at_marks(&self) {
        for post in self
            .posts()
            .filter(|post| post.outcome != Outcome::Answered)
        {
            let is_at = |mark: &Duration| {
                // One that was due before may have been under way.
                (*mark..*mark + LEARNT).contains(&(post.due + post.latency))
                    || (*mark..*mark + LEARNT).contains(&post.due)
            };
            assert!(self.marks.iter().any(is_at), "{post:?}, {:?}", self.marks);
        }
    }

    /// Load of all endpoints together in each second from the first record on.
    pub(crate) fn load(&self) -> Vec<usize> {
        let entries = self.journals.iter().flatten();
        self.by_second(
            entries
                .filter(|entry| entry.is_load())
                .map(|entry| entry.at),
        )
    }

    /// Requests of all clients together in each second from the first record on, when they were really sent.
    pub(crate) fn offered(&self) -> Vec<usize> {
        self.by_second(self.records.iter().map(|record| record.due + record.lag))
    }

    /// Good answers in each second, by when their requests were due.
    pub(crate) fn answered(&self) -> Vec<usize> {
        let answered = self
            .records
            .iter()
            .filter(|record| record.outcome == Outcome::Answered);
        self.by_second(answered.map(|record| record.due))
    }

    /// The index of the first whole second after that time.
    pub(crate) fn second_after(&self, time: Duration) -> usize {
        let begin = self.records.first().map_or(time, |first| first.due);
        time.saturating_sub(begin).as_secs() as usize + 1
    }

    fn by_second(&self, times: impl Iterator<Item = Duration>) -> Vec<usize> {
        let begin = self
            .records
            .first()
            .map_or(Duration::ZERO, |first| first.due);
        let mut seconds = Vec::new();
        for time in times {
            let second = time.saturating_sub(begin).as_secs() as usize;
            seconds.resize(seconds.len().max(second + 1), 0);
            seconds[second] += 1;
        }
        seconds
    }
}

/// How many of them ended how.
fn outcomes<'a>(records: impl Iterator<Item = &'a Record>) -> BTreeMap<&'a Outcome, usize> {
    let mut outcomes = BTreeMap::new();
    for record in records {
        *outcomes.entry(&record.outcome).or_default() += 1;
    }
    outcomes
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut times: Vec<_> = self.gets().map(|record| record.latency).collect();
        times.sort_unstable();
        let at = |hundredths: usize| {
            let rank = (times.len() * hundredths / 100).min(times.len().saturating_sub(1));
            times.get(rank).copied().unwrap_or_default()
        };
        let lag = self.records.iter().map(|record| record.lag).max();
        let executions = self.executions();
        let twice = executions.values().filter(|times| **times > 1).count();
        writeln!(f, "GETs {:?}", outcomes(self.gets()))?;
        writeln!(
            f,
            "  p50 {:?}, p99 {:?}, longest {:?}",
            at(50),
            at(99),
            at(100)
        )?;
        writeln!(f, "  POSTs {:?}", outcomes(self.posts()))?;
        writeln!(f, "  executed {}, more than once {twice}", executions.len())?;
        writeln!(f, "  offered in each second {:?}", self.offered())?;
        writeln!(f, "  load on endpoints      {:?}", self.load())?;
        write!(f, "  answered               {:?}", self.answered())?;
        writeln!(f, "; sent late by at most {:?}", lag.unwrap_or_default())
    }
}
