//! A name server that answers as a test says.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};

use hickory_proto::op::{Message, OpCode, ResponseCode};
use hickory_proto::rr::rdata::{A, AAAA, SRV};
use hickory_proto::rr::{Name, RData, Record, RecordType};
use tokio::net::UdpSocket;

use crate::sync::lock;
use crate::tasks::TaskGroup;

/// The largest message over UDP.
const LARGEST: usize = 4096;

/// A name server on a free loopback port (UDP) that answers as a test says, and whatever else it is asked with
/// NXDOMAIN. It is gone when dropped.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// use gateway_testkit::{DnsAnswer, DnsServer};
///
/// let server = DnsServer::start().await.unwrap();
/// server.answer("orders.test", DnsAnswer::addresses(["127.0.0.2"], 1));
/// server.answer("orders.test", DnsAnswer::ServFail);
/// assert_eq!(server.questions("orders.test"), 0);
/// # });
/// ```
#[derive(Debug)]
pub struct DnsServer {
    address: SocketAddr,
    zone: Arc<Mutex<Zone>>,
    _tasks: TaskGroup,
}

/// What is answered to those who ask for a name.
#[derive(Clone, Debug)]
pub enum DnsAnswer {
    /// These records, of which those of the type that is asked for count.
    Records(Vec<RData>, u32),
    /// There is no such name.
    NxDomain,
    /// The server cannot tell.
    ServFail,
    /// Nothing, not even a no.
    Silence,
}

#[derive(Debug, Default)]
struct Zone {
    answers: BTreeMap<String, DnsAnswer>,
    questions: BTreeMap<String, usize>,
}

impl DnsAnswer {
    /// Addresses, each good for so many seconds.
    ///
    /// # Panics
    /// When one is no address.
    pub fn addresses<'a>(addresses: impl IntoIterator<Item = &'a str>, ttl: u32) -> Self {
        let record = |address: &str| match address.parse() {
            Ok(IpAddr::V4(address)) => RData::A(A(address)),
            Ok(IpAddr::V6(address)) => RData::AAAA(AAAA(address)),
            Err(error) => panic!("{address}: {error}"),
        };
        Self::Records(addresses.into_iter().map(record).collect(), ttl)
    }

    /// Services as (priority, weight, port, target), each good for so many seconds.
    ///
    /// # Panics
    /// When a target is no name.
    pub fn services<'a>(
        services: impl IntoIterator<Item = (u16, u16, u16, &'a str)>,
        ttl: u32,
    ) -> Self {
        let record = |(priority, weight, port, target): (u16, u16, u16, &str)| {
            let name = Name::from_ascii(format!("{target}."));
            let name = name.unwrap_or_else(|error| panic!("{target}: {error}"));
            RData::SRV(SRV::new(priority, weight, port, name))
        };
        Self::Records(services.into_iter().map(record).collect(), ttl)
    }

    /// The name is there and has no records at all.
    pub fn nothing() -> Self {
        Self::Records(Vec::new(), 0)
    }
}

impl DnsServer {
    /// Begins to answer.
    ///
    /// # Errors
    /// When there is no free port.
    pub async fn start() -> io::Result<Self> {
        let socket = UdpSocket::bind("127.0.0.1:0").await?;
        let address = socket.local_addr()?;
        let zone = Arc::new(Mutex::new(Zone::default()));
        let tasks = TaskGroup::default();
        tasks.spawner().spawn(serve(socket, Arc::clone(&zone)));
        Ok(Self {
            address,
            zone,
            _tasks: tasks,
        })
    }

    /// Where it is asked.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// From now on those who ask for `name` get this.
    pub fn answer(&self, name: &str, answer: DnsAnswer) {
        lock(&self.zone).answers.insert(name.to_owned(), answer);
    }

    /// How often `name` was asked for.
    pub fn questions(&self, name: &str) -> usize {
        let zone = lock(&self.zone);
        zone.questions.get(name).copied().unwrap_or_default()
    }
}

async fn serve(socket: UdpSocket, zone: Arc<Mutex<Zone>>) {
    let mut buffer = [0; LARGEST];
    while let Ok((length, client)) = socket.recv_from(&mut buffer).await {
        let reply = Message::from_vec(&buffer[..length]).ok();
        if let Some(reply) = reply.and_then(|question| lock(&zone).reply(&question)) {
            // A client that has gone is none of our business.
            let _ = socket.send_to(&reply, client).await;
        }
    }
}

impl Zone {
    fn reply(&mut self, question: &Message) -> Option<Vec<u8>> {
        let query = question.queries.first()?;
        let name = query.name().to_ascii();
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        let answer = self.answers.get(&name).cloned();
        *self.questions.entry(name).or_default() += 1;
        let mut reply = Message::response(question.metadata.id, OpCode::Query);
        reply.metadata.recursion_desired = question.metadata.recursion_desired;
        reply.metadata.recursion_available = true;
        reply.add_query(query.clone());
        match answer.unwrap_or(DnsAnswer::NxDomain) {
            DnsAnswer::Records(records, ttl) => {
                let kind: RecordType = query.query_type();
                let records = records
                    .into_iter()
                    .filter(|data| data.record_type() == kind);
                let name = query.name();
                reply.add_answers(records.map(|data| Record::from_rdata(name.clone(), ttl, data)));
            }
            DnsAnswer::NxDomain => reply.metadata.response_code = ResponseCode::NXDomain,
            DnsAnswer::ServFail => reply.metadata.response_code = ResponseCode::ServFail,
            DnsAnswer::Silence => return None,
        }
        reply.to_vec().ok()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use hickory_proto::op::Query;

    use super::*;

    async fn ask(server: &DnsServer, name: &str, kind: RecordType) -> Option<Message> {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let mut question = Message::query();
        question.add_query(Query::query(Name::from_ascii(name).unwrap(), kind));
        let bytes = question.to_vec().unwrap();
        socket.send_to(&bytes, server.address()).await.unwrap();
        let mut buffer = [0; LARGEST];
        let received = socket.recv(&mut buffer);
        let length = tokio::time::timeout(Duration::from_millis(300), received).await;
        Some(Message::from_vec(&buffer[..length.ok()?.unwrap()]).unwrap())
    }

    #[tokio::test]
    async fn it_answers_as_told() {
        let server = DnsServer::start().await.unwrap();
        server.answer("a.test", DnsAnswer::addresses(["127.0.0.2", "::1"], 7));
        let reply = ask(&server, "A.test.", RecordType::A).await.unwrap();
        assert_eq!((reply.answers.len(), reply.answers[0].ttl), (1, 7));
        let reply = ask(&server, "a.test.", RecordType::SRV).await.unwrap();
        assert!(reply.answers.is_empty());
        server.answer("a.test", DnsAnswer::ServFail);
        let reply = ask(&server, "a.test.", RecordType::A).await.unwrap();
        assert_eq!(reply.metadata.response_code, ResponseCode::ServFail);
        server.answer("a.test", DnsAnswer::Silence);
        assert!(ask(&server, "a.test.", RecordType::A).await.is_none());
        let reply = ask(&server, "b.test.", RecordType::A).await.unwrap();
        assert_eq!(reply.metadata.response_code, ResponseCode::NXDomain);
        assert_eq!(
            (server.questions("a.test"), server.questions("b.test")),
            (4, 1)
        );
    }
}
