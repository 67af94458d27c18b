//! `--compiled`: what the compiler says, and what is said where it can't.

use schema_diff::embedded::Major;
use tests::{CargoSchema, Outcome, Project, Server, build};

/// A project that compiles: its library knows ours, and dependencies are those of this workspace.
fn project(source: &str) -> Project {
    let project = Project::new();
    manifest(&project, "");
    std::fs::copy(build::workspace().join("Cargo.lock"), project.path().join("Cargo.lock")).expect("a lock file");
    project.set_source(source);
    project
}

fn manifest(project: &Project, more: &str) {
    let library = build::workspace().join("schema-diff");
    let manifest = format!(
        "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
         [dependencies]\nschema-diff = {{ path = {library:?} }}\n\n{more}"
    );
    std::fs::write(project.path().join("Cargo.toml"), manifest).expect("a manifest");
}

fn run(project: &Project, url: &str, arguments: &[&str]) -> Outcome {
    let schema = CargoSchema::in_directory(project.path()).database(url);
    schema.env("CARGO_TARGET_DIR", build::target_directory()).run(arguments)
}

const BY_MACRO: &str = "macro_rules! table {
    ($name:ident) => {
        #[derive(schema_diff::Schema)]
        pub struct $name { #[db(primary_key)] pub id: i64, pub name: Option<String> }
    };
}
table!(Cat);
";

#[tokio::test]
async fn macros_and_mistakes() {
    let database = Server::shared(Major::LATEST).await.fresh_database().await;
    let project = project(BY_MACRO);
    let run = |arguments: &[&str]| run(&project, &database.url, arguments);

    let read = run(&["diff", "--offline"]).expect_code(1);
    assert!(read.stderr.contains("a struct that a macro makes can't be read"), "{}", read.stderr);
    assert!(read.stderr.contains("--compiled"), "{}", read.stderr);

    let written = run(&["diff", "--offline", "--compiled", "--write"]).expect_code(0);
    assert!(written.stdout.contains("add table public.cat"), "{}", written.stdout);
    run(&["apply"]).expect_code(0);
    run(&["diff", "--offline", "--compiled", "--exit-code"]).expect_code(0);
    run(&["check", "--offline", "--compiled"]).expect_code(0);

    project.set_source("#[derive(schema_diff::Schema)]\npub struct Cat {\n    pub id: Unknown,\n}\n");
    let broken = run(&["check", "--offline", "--compiled"]).expect_code(1);
    assert!(broken.stderr.contains("the library of app doesn't build as a test"), "{}", broken.stderr);
    assert!(broken.stderr.contains("cannot find type `Unknown`"), "{}", broken.stderr);

    let own_main = "#[cfg(test)]\nfn main() {}\n";
    project.set_source(&format!("#[derive(schema_diff::Schema)]\npub struct Cat {{\n    pub id: i64,\n}}\n{own_main}"));
    manifest(&project, "[lib]\nharness = false\n");
    let silent = run(&["check", "--offline", "--compiled"]).expect_code(1);
    assert!(silent.stderr.contains("declares tables or types, but its test build exported none"), "{}", silent.stderr);
}
