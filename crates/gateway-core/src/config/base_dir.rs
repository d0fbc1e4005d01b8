//! The directory beside which the files named in a configuration are looked up.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

thread_local! {
    static BASE_DIR: RefCell<Option<PathBuf>> = const { RefCell::new(None) };
}

/// Runs `read`; meanwhile, on this thread, [`resolve_path`] takes relative paths from `directory`.
///
/// A `Deserialize` impl gets no context of its own, which is why the directory travels beside it.
pub fn with_base_dir<R>(directory: PathBuf, read: impl FnOnce() -> R) -> R {
    struct Restore(Option<PathBuf>);
    impl Drop for Restore {
        fn drop(&mut self) {
            BASE_DIR.set(self.0.take());
        }
    }
    let _restore = Restore(BASE_DIR.replace(Some(directory)));
    read()
}

/// The place of a file that a configuration names: a relative path stands beside the configuration
/// file being read, or in the working directory where none is being read.
pub fn resolve_path(path: &Path) -> PathBuf {
    BASE_DIR.with_borrow(|directory| match directory {
        Some(directory) => directory.join(path),
        None => path.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_ends_where_it_began() {
        let key = Path::new("key.pem");
        with_base_dir("/etc/gate".into(), || {
            assert_eq!(resolve_path(key), Path::new("/etc/gate/key.pem"));
            with_base_dir("/other".into(), || {
                assert_eq!(resolve_path(key), Path::new("/other/key.pem"));
                assert_eq!(resolve_path(Path::new("/abs")), Path::new("/abs"));
            });
            assert_eq!(resolve_path(key), Path::new("/etc/gate/key.pem"));
        });
        assert_eq!(resolve_path(key), key);
    }
}
