//! How `explain` ends where it has nothing to explain.

use super::question::ask;

#[tokio::test]
async fn a_wrong_command_line_is_2_and_a_wrong_file_is_3() {
    let directory = tempfile::tempdir().unwrap();
    let [good, wrong, absent] = ["good", "wrong", "absent"].map(|name| directory.path().join(name));
    let file = "[listeners.public]\nbind = \"127.0.0.1:0\"\n[[routes]]\nname = \"a\"\nmatch = { path = \"/\" }\nrespond = {}\n";
    std::fs::write(&good, file).unwrap();
    std::fs::write(&wrong, file.replace("respond", "respnd")).unwrap();

    for (arguments, code, word) in [
        (&["GET"][..], 2, "URL"),
        (&["GET", "http://a/", "-H", "no colon"], 2, "no colon"),
        (&["G T", "http://a/"], 2, "G T"),
        (&["GET", "http://a b/"], 2, "no URL"),
        (&["GET", "http://a/", "--client", "somebody"], 2, "somebody"),
        (
            &["GET", "http://a/", "--body", "/no/such/file"],
            2,
            "/no/such/file",
        ),
    ] {
        let reply = ask(&good, arguments).await;
        assert_eq!((reply.code, reply.stdout.as_str()), (code, ""), "{reply:?}");
        assert!(reply.stderr.contains(word), "{reply:?}");
    }
    let reply = ask(&wrong, &["GET", "http://a/"]).await;
    assert_eq!((reply.code, reply.stdout.as_str()), (3, ""), "{reply:?}");
    assert!(
        reply.stderr.contains("respnd") && reply.stderr.contains("wrong:6:1"),
        "{}",
        reply.stderr
    );
    let reply = ask(&absent, &["GET", "http://a/"]).await;
    assert_eq!(reply.code, 1, "{reply:?}");
    assert_eq!(ask(&good, &["GET", "http://a/"]).await.code, 0);
}
