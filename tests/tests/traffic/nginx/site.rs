//! A site of odd files: nginx, the gateway before it, and a directory for what curl downloads.

use std::path::Path;

use gateway_testkit::{InProcessGateway, Nginx, Process, TempDir, tempdir};
use tokio::process::Command;

use crate::PATIENCE;
use crate::passage::{ALL, gateway_before};
use crate::protocol::Protocol;

/// Names of files, and the paths under which they are asked for.
pub(super) const FILES: [(&str, &str); 12] = [
    ("small.txt", "/small.txt"),
    ("empty", "/empty"),
    ("large.bin", "/large.bin"),
    ("a b.txt", "/a%20b.txt"),
    ("100%.txt", "/100%25.txt"),
    ("%41.txt", "/%2541.txt"),
    ("é€.txt", "/%C3%A9%e2%82%ac.txt"),
    ("a+b;c=d,e&f.txt", "/a+b;c=d,e&f.txt"),
    ("q?#.txt", "/q%3f%23.txt"),
    ("'~!*().txt", "/'%7E!*().txt"),
    ("...", "/..."),
    ("sub/deep/file", "/sub//deep/./x/../file"),
];
/// How curl is told which protocol to speak.
pub(super) const SPEAKING: [&str; 2] = ["--http1.1", "--http2-prior-knowledge"];

/// The bytes of a file: as long as its name says, and unlike any other.
pub(super) fn content(name: &str) -> Vec<u8> {
    match name {
        "empty" => Vec::new(),
        "large.bin" => (0..5_u32 << 18)
            .flat_map(|word| word.wrapping_mul(0x9E37_79B1).to_le_bytes())
            .collect(),
        _ => format!("This is {name}.\n").into_bytes(),
    }
}

/// Asks for what is written, from whom it is written.
const AS_WRITTEN: [&str; 5] = ["-sS", "--globoff", "--path-as-is", "--noproxy", "*"];

/// A gateway before nginx, which serves [`FILES`].
pub(super) struct Site {
    gateway: InProcessGateway,
    _nginx: Nginx,
    downloads: TempDir,
}

impl Site {
    /// With nginx at this path.
    pub(super) async fn new(nginx: &Path) -> Self {
        let nginx = Nginx::start(nginx, "location / { root files; }")
            .await
            .unwrap();
        for (name, _) in FILES {
            let file = nginx.directory().join("files").join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, content(name)).unwrap();
        }
        let gateway = gateway_before(nginx.address(), Protocol::Http1, ALL);
        Self {
            gateway,
            _nginx: nginx,
            downloads: tempdir().unwrap(),
        }
    }

    /// The URL of `path` through the gateway.
    pub(super) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.gateway.address("public").unwrap())
    }

    /// Runs `curl` in the directory for downloads; returns what it wrote to standard output.
    pub(super) async fn curl(&self, curl: &Path, arguments: &[&str]) -> String {
        let mut command = Command::new(curl);
        command.args(AS_WRITTEN).args(arguments);
        command.current_dir(self.downloads.path());
        let mut process = Process::start(command).unwrap();
        let status = process.wait(PATIENCE).await.unwrap();
        assert!(
            status.success(),
            "{arguments:?}: {status} {}",
            process.stderr()
        );
        process.stdout()
    }

    /// A file that curl has written.
    pub(super) fn downloaded(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.downloads.path().join(name)).unwrap()
    }
}
