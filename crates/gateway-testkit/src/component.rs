//! Programs that some tests need and that are not ours.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where daemons are, which is not on every user's `PATH`.
const SYSTEM_DIRECTORIES: [&str; 2] = ["/usr/sbin", "/usr/local/sbin"];
/// The file in which [`note_skipped`] counts tests that were skipped.
const SKIPPED_LOG: &str = "PORTCULLIS_SKIPPED_LOG";

/// The program `name`, if this machine has it: the one that `PORTCULLIS_NAME` points to, else the one on the
/// `PATH` or where daemons are. `python-grpcio` is a Python that can `import grpc`, taken from
/// `PORTCULLIS_TOOLS_PYTHON` as any Python; `python-websockets` and `python-grpc-health` are ones that can
/// `import websockets` and `import grpc_health`.
pub fn component(name: &str) -> Option<PathBuf> {
    let (variable, program, import) = match name {
        "python" => ("PORTCULLIS_TOOLS_PYTHON".to_owned(), "python3", None),
        "python-grpcio" => (
            "PORTCULLIS_TOOLS_PYTHON".to_owned(),
            "python3",
            Some("grpc"),
        ),
        "python-websockets" => (
            "PORTCULLIS_PYTHON_WEBSOCKETS".to_owned(),
            "python3",
            Some("websockets"),
        ),
        "python-grpc-health" => (
            "PORTCULLIS_PYTHON_GRPC_HEALTH".to_owned(),
            "python3",
            Some("grpc_health"),
        ),
        _ => (
            format!("PORTCULLIS_{}", name.to_uppercase().replace('-', "_")),
            name,
            None,
        ),
    };
    let found = find(
        std::env::var_os(variable),
        std::env::var_os("PATH"),
        program,
    )?;
    import
        .is_none_or(|module| imports(&found, module))
        .then_some(found)
}

/// The program that `told` names, else the first `program` of `path` and the directories of daemons. Once
/// told, nothing else is taken in its place.
fn find(told: Option<OsString>, path: Option<OsString>, program: &str) -> Option<PathBuf> {
    if let Some(told) = told {
        return Some(PathBuf::from(told)).filter(|told| is_program(told));
    }
    let path = path.unwrap_or_default();
    std::env::split_paths(&path)
        .chain(SYSTEM_DIRECTORIES.map(PathBuf::from))
        .map(|directory| directory.join(program))
        .find(|candidate| is_program(candidate))
}

fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata()
        .is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

fn imports(python: &Path, module: &str) -> bool {
    let mut command = Command::new(python);
    command.args(["-c", &format!("import {module}")]);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Says that `test` was skipped for want of `component`: on standard error, past the test runner's capture,
/// and as a line `test: component` in the file that `PORTCULLIS_SKIPPED_LOG` names, if it is set.
///
/// # Errors
/// When the file cannot be written: a skip that nobody counts must not pass.
pub fn note_skipped(test: &str, component: &str) -> io::Result<()> {
    let mut stderr = io::stderr().lock();
    writeln!(stderr, "SKIPPED {test}: this machine has no {component}")?;
    match std::env::var_os(SKIPPED_LOG) {
        Some(log) => append(Path::new(&log), test, component),
        None => Ok(()),
    }
}

/// Appends in one write, so that tests which run side by side do not mix their lines.
fn append(log: &Path, test: &str, component: &str) -> io::Result<()> {
    let mut file = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(log)?;
    file.write_all(format!("{test}: {component}\n").as_bytes())
}

/// The path of the test within which `place`, the path of an item of it, stands.
#[doc(hidden)]
pub fn test_name(place: &str) -> &str {
    let test = place.rsplit_once("::").map_or(place, |(test, _)| test);
    test.trim_end_matches("::{{closure}}")
}

/// The path of a program that the test cannot do without ([`component`](crate::component())). Without it, the
/// test says so ([`note_skipped`](crate::note_skipped)) and returns, so the test's function returns `()`.
///
/// ```
/// # fn test() {
/// let shell = gateway_testkit::require_component!("sh");
/// assert!(shell.is_absolute());
/// # }
/// # test();
/// ```
#[macro_export]
macro_rules! require_component {
    ($name:expr) => {
        $crate::require_component!($name, $crate::note_skipped)
    };
    ($name:expr, $note:expr) => {
        match $crate::component($name) {
            ::core::option::Option::Some(path) => path,
            ::core::option::Option::None => {
                fn place() {}
                let test = $crate::test_name(::core::any::type_name_of_val(&place));
                if let ::core::result::Result::Err(error) = $note(test, $name) {
                    ::core::panic!("{test} was skipped and cannot say so: {error}");
                }
                return;
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_found_on_the_path_or_beside_it() {
        assert!(component("sh").is_some());
        assert_eq!(component("no-such-program"), None);
    }

    #[test]
    fn what_was_told_comes_first_and_alone() {
        let path = || std::env::var_os("PATH");
        let sh = find(None, path(), "sh").unwrap();
        assert_eq!(
            find(Some(sh.clone().into()), path(), "no-such-program"),
            Some(sh)
        );
        assert_eq!(find(Some("/no/such/program".into()), path(), "sh"), None);
        let file = tempfile::NamedTempFile::new().unwrap();
        assert_eq!(find(Some(file.path().into()), path(), "sh"), None);
    }

    #[test]
    fn a_python_without_the_module_does_not_count() {
        let python = crate::require_component!("python");
        assert!(imports(&python, "json"));
        assert!(!imports(&python, "no_such_module"));
    }

    #[test]
    fn skipped_tests_are_counted_line_by_line() {
        let directory = tempfile::tempdir().unwrap();
        let log = directory.path().join("skipped");
        append(&log, "e2e::one", "nginx").unwrap();
        append(&log, "e2e::two", "curl").unwrap();
        assert_eq!(
            std::fs::read_to_string(&log).unwrap(),
            "e2e::one: nginx\ne2e::two: curl\n"
        );
        assert!(append(directory.path(), "e2e::three", "curl").is_err());
    }

    #[test]
    fn a_test_is_named_by_its_path() {
        fn place() {}
        let name = test_name(std::any::type_name_of_val(&place));
        assert_eq!(
            name,
            "gateway_testkit::component::tests::a_test_is_named_by_its_path"
        );
        assert_eq!(test_name("e2e::grpc::{{closure}}::place"), "e2e::grpc");
    }

    #[test]
    fn a_test_without_its_component_says_so_and_ends_there() {
        fn test(noted: &mut Vec<String>) {
            let mut note = |test: &str, component: &str| {
                noted.push(format!("{test}: {component}"));
                io::Result::Ok(())
            };
            crate::require_component!("no-such-program", note);
            noted.push("went on".to_owned());
        }
        let mut noted = Vec::new();
        test(&mut noted);
        let [line] = noted.as_slice() else {
            panic!("{noted:?}");
        };
        assert!(
            line.ends_with("ends_there::test: no-such-program"),
            "{line}"
        );
    }
}
