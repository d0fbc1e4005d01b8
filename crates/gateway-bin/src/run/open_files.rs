//! How many files the process may open, and what of it belongs to clients.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// What is kept for everything that is neither a client nor an upstream: logs, sockets that listen, look-ups of
/// names, `[admin]`. Of a small limit a half is kept.
const RESERVE: usize = 128;

/// What is taken where the limit is higher, or none: enough for half a million clients.
const MOST: usize = 1 << 20;

/// Raises the process's limit of open files (`RLIMIT_NOFILE`) from the soft limit to the hard one, as far as the
/// system lets us: the soft one is small for the sake of programs that use `select`.
pub(crate) fn raise_limit() {
    let limit = getrlimit(Resource::Nofile);
    if limit.current == limit.maximum {
        tracing::debug!(files = limit.maximum, "limit of open files");
        return;
    }
    let raised = Rlimit {
        current: limit.maximum,
        ..limit
    };
    match setrlimit(Resource::Nofile, raised) {
        Ok(()) => {
            let (was, files) = (limit.current, limit.maximum);
            tracing::info!(was, files, "limit of open files raised");
        }
        Err(error) => {
            tracing::warn!(files = limit.current, %error, "limit of open files cannot be raised");
        }
    }
}

/// How many files the process may open, as far as it matters.
pub(super) fn limit() -> usize {
    let files = getrlimit(Resource::Nofile).current;
    let files = files.and_then(|files| usize::try_from(files).ok());
    files.map_or(MOST, |files| files.min(MOST))
}

/// How many clients each listener may have at once in a process that may open so many `files`. A client may
/// need a connection to an upstream, so that half of the files belong to clients; what the listeners with a
/// number of their own leave is shared by those without.
pub(super) fn shares(files: usize, wanted: &[Option<usize>]) -> Vec<usize> {
    let for_clients = for_clients(files);
    let given: usize = wanted
        .iter()
        .flatten()
        .fold(0, |sum, one| sum.saturating_add(*one));
    let sharing = wanted.iter().filter(|one| one.is_none()).count().max(1);
    let share = (for_clients.saturating_sub(given) / sharing).max(1);
    wanted.iter().map(|one| one.unwrap_or(share)).collect()
}

/// How many clients there is room for.
pub(super) fn for_clients(files: usize) -> usize {
    (files - RESERVE.min(files / 2)) / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_the_files_belong_to_clients() {
        for (files, clients) in [(1024, 448), (65_536, 32_704), (256, 64), (64, 16), (0, 1)] {
            assert_eq!(shares(files, &[None]), [clients], "{files}");
        }
    }

    #[test]
    fn listeners_share_what_others_leave() {
        assert_eq!(shares(1024, &[None, None]), [224, 224]);
        assert_eq!(shares(1024, &[None, Some(48), None]), [200, 48, 200]);
        assert_eq!(
            shares(1024, &[Some(10_000), None]),
            [10_000, 1],
            "what the file says is taken as it stands"
        );
        assert_eq!(shares(1024, &[Some(usize::MAX), Some(1)]), [usize::MAX, 1]);
    }

    #[test]
    fn the_limit_is_raised_as_far_as_it_goes() {
        raise_limit();
        let files = getrlimit(Resource::Nofile);
        assert_eq!(files.current, files.maximum);
    }
}
