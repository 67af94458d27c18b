//! What an application carries that depends on schema-diff and asks for no feature.

use std::process::Command;

use schema_model::declare::{CrateRoot, read};

const WORKSPACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

#[test]
fn an_application_carries_neither_syn_nor_sqlx() {
    let carried = carried_by("renamed-dependency");
    assert!(carried.iter().any(|name| name == "schema-model"), "{carried:?}");
    for unwanted in ["syn", "quote", "proc-macro2", "sqlx", "serde", "tokio", "similar", "heck"] {
        assert!(!carried.iter().any(|name| name == unwanted), "{unwanted} is carried: {carried:?}");
    }
}

/// The packages that are linked into a package. cargo counts a derive as a normal dependency unless it is told not to.
fn carried_by(package: &str) -> Vec<String> {
    let arguments = ["tree", "-p", package, "-e", "normal,no-proc-macro", "--prefix", "none", "--locked", "--offline"];
    let output = Command::new(env!("CARGO")).args(arguments).current_dir(WORKSPACE).output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

#[test]
fn a_dependency_under_another_name_is_read() {
    let file = format!("{WORKSPACE}/tests/renamed/src/lib.rs").into();
    let declared = read(&[CrateRoot { file, ..CrateRoot::default() }]).expect("nothing is wrong there");
    let nodes = &declared.catalog.tables[&"nodes".parse().expect("a name")];
    assert_eq!(
        crate::support::columns(nodes),
        [
            "id bigint not null",
            "parent bigint",
            "colour public.colour not null default 'Red'::public.colour",
            "x double precision not null",
        ]
    );
}
