//! The whole gateway inside another program, as `docs/embedding.md` shows it.

use std::path::Path;

use gateway_core::config::{Source, Style, render};
use portcullis::Gateway;

pub(crate) async fn run(
    file: &Path,
    stop: impl Future<Output = ()>,
) -> Result<(), Box<dyn std::error::Error>> {
    let source = Source::read(file)?;
    let configuration = Gateway::new()
        .load(&source)
        .map_err(|errors| render(&source, &errors, Style::Plain))?;
    let running = configuration.start()?;
    stop.await;
    running.shutdown().await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_runs_until_it_is_stopped() {
        let directory = gateway_testkit::tempdir().unwrap();
        let file = directory.path().join("gateway.toml");
        let text =
            "[listeners.public]\nbind = '127.0.0.1:0'\n[gateway.drain]\nkeep-accepting = '0s'\n";
        std::fs::write(&file, text).unwrap();
        run(&file, std::future::ready(())).await.unwrap();
    }

    #[tokio::test]
    async fn a_wrong_file_is_shown_with_its_line() {
        let directory = gateway_testkit::tempdir().unwrap();
        let file = directory.path().join("gateway.toml");
        std::fs::write(&file, "[listener.public]\n").unwrap();
        let error = run(&file, std::future::ready(())).await.unwrap_err();
        assert!(error.to_string().contains("gateway.toml:1:2"), "{error}");
    }
}
