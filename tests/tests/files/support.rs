//! Running the gateway's commands, and the files they are about.

use std::path::{Path, PathBuf};
use std::time::Duration;

use gateway_testkit::{Binary, Process};

/// How long a command that does not serve may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// The variable that a wrong file asks for in vain.
const UNSET: &str = "PORTCULLIS_TEST_UNSET";

/// A file that is right in itself.
pub(crate) const FINE: &str = "\
[listeners.public]
bind = \"127.0.0.1:0\"

[[routes]]
name = \"ping\"
match = { path = \"/ping\" }
respond = { body = \"pong\\n\" }
";

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs `portcullis` with `arguments` in `directory` to its end.
pub(crate) async fn portcullis(directory: &Path, arguments: &[&str]) -> Ended {
    let mut command = Binary::find().unwrap().command();
    command
        .args(arguments)
        .current_dir(directory)
        .env_remove(UNSET);
    let mut process = Process::start(command).unwrap();
    let status = process.wait(PATIENCE).await.unwrap();
    Ended {
        code: status.code(),
        stdout: process.stdout(),
        stderr: process.stderr(),
    }
}

/// The directory of the wrong files.
pub(crate) fn wrong_directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files/wrong")
}

/// The names of the wrong files without `.toml`, in alphabetical order.
pub(crate) fn wrong_files() -> Vec<String> {
    let names = names_with("toml", &wrong_directory());
    assert!(names.len() > 100, "the wrong files are gone");
    names
}

/// The names of the files in `directory` that end in `extension`, without it.
pub(crate) fn names_with(extension: &str, directory: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(directory).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let with = paths.filter(|path| path.extension().is_some_and(|found| found == extension));
    let mut names: Vec<String> = with
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}
