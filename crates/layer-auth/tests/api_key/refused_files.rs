//! What the operator sees of files that cannot be: `refused/*.toml`, each with a `.txt` beside it.

use std::fs;
use std::path::Path;

use gateway_core::contract::Mode;

use crate::file::load;

#[test]
fn errors_show_the_place_and_what_to_write_instead() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/api_key/refused");
    let mut checked = 0;
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            let shown = load(&fs::read_to_string(&path).unwrap(), Mode::Enforce)
                .expect_err("the file has errors");
            let expected = fs::read_to_string(path.with_extension("txt")).unwrap_or_default();
            assert!(shown == expected, "{}:\n{shown}", path.display());
            checked += 1;
        }
    }
    assert_eq!(checked, 6);
}
