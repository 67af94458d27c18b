//! `new`: hand-written SQL is proven, locked and applied like everything else.

use crate::live_project;

const STEP: &str = "--! step 1: pack the rows of t\n\
--! lock: share update exclusive on public.t   blocks: nothing   work: none   transaction: yes\n\
--! done when: recorded\n\
ALTER TABLE public.t SET (fillfactor = 90);\n\n\
--! step 2: index a\n\
--! lock: share update exclusive on public.t   blocks: nothing   work: index build   transaction: no\n\
--! done when: index public.by_a is valid\n\
CREATE INDEX CONCURRENTLY by_a ON public.t (a);\n";

#[tokio::test]
async fn a_hand_written_migration_is_brought_into_the_lock() {
    let (project, database) = live_project("    pub a: String,\n").await;
    project.run(&database, &["new", "pack t"]).expect_code(0);
    let folder = project.migrations().pop().expect("the new folder");
    assert!(folder.to_string_lossy().ends_with("_pack_t"));
    // The template alone is a migration that does nothing.
    project.run(&database, &["apply", "--dry-run"]).expect_code(0);
    std::fs::write(folder.join("1_expand.sql"), STEP).expect("the file");
    project.run(&database, &["diff", "--write"]).expect_code(0);
    let manifest = std::fs::read_to_string(folder.join("migration.toml")).expect("the manifest");
    assert!(manifest.contains("index public.t.by_a") && manifest.contains("end state"), "{manifest}");
    project.run(&database, &["apply"]).expect_code(0);
    project.run(&database, &["diff", "--exit-code", "--write"]).expect_code(0);
    assert_eq!(database.value("SELECT reloptions::text FROM pg_class WHERE relname = 't'").await, "{fillfactor=90}");
}

#[tokio::test]
async fn mistakes_in_a_file_are_named_with_their_line() {
    let (project, database) = live_project("    pub a: String,\n").await;
    project.run(&database, &["new", "wrong"]).expect_code(0);
    let file = project.migrations().pop().expect("the new folder").join("1_expand.sql");
    for (text, line, words) in [
        ("--! step 1: x\n--! colour: red\nSELECT 1;\n", 2, "unknown directive `colour`"),
        ("--! step 1: x\n--! lock: tight on public.t\nSELECT 1;\n", 2, "no lock mode"),
        (
            "--! step 1: x\n--! lock: access exclusive on public.t   blocks: nothing\nSELECT 1;\n",
            2,
            "block reads and writes",
        ),
        ("SELECT 1;\n", 1, "before the first"),
        ("--! step 1: x\n--! transaction: no\nSELECT 1;\n", 1, "done when"),
        ("--! step 2: x\nSELECT 1;\n", 1, "numbered from 1"),
    ] {
        std::fs::write(&file, text).expect("the file");
        let failed = project.run(&database, &["apply"]).expect_code(1);
        assert!(failed.stderr.contains(words), "{words} in {}", failed.stderr);
        assert!(failed.stderr.contains(&format!("1_expand.sql:{line}:")), "line {line} in {}", failed.stderr);
    }
}
