//! The addresses of the quickstart file, as they stand or on free ports.

/// The quickstart file.
pub(super) const QUICKSTART: &str = include_str!("quickstart.toml");

/// The addresses that the file gives the replicas.
pub(super) const REPLICAS: [(&str, &str); 2] = [("a", "127.0.0.1:9001"), ("b", "127.0.0.1:9002")];

/// The addresses that the file gives the gateway itself.
const OWN: [&str; 2] = ["127.0.0.1:8080", "127.0.0.1:9900"];

/// An address on any free port.
pub(super) const FREE: &str = "127.0.0.1:0";

/// The file with the replicas' real addresses in it, and free ports for the gateway itself if so wished.
pub(super) fn quickstart(replicas: &[String], free_ports: bool) -> String {
    let mut text = QUICKSTART.to_owned();
    for ((_, written), real) in REPLICAS.iter().zip(replicas) {
        text = text.replace(written, real);
    }
    if free_ports {
        for written in OWN {
            text = text.replace(written, FREE);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_stands_in_the_file() {
        for address in OWN.into_iter().chain(REPLICAS.map(|(_, address)| address)) {
            assert!(QUICKSTART.contains(address), "{address}");
        }
        let text = quickstart(&["127.0.0.1:1".into(), "127.0.0.1:2".into()], true);
        assert!(text.contains("http://127.0.0.1:1\"") && text.contains("http://127.0.0.1:2\""));
        assert!(!text.contains("8080") && !text.contains("9001"));
    }
}
