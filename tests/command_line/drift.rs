//! `drift`: what somebody changed by hand is named object by object; open and pending migrations are none.

use crate::{live_project, one_table};

#[tokio::test]
async fn every_kind_of_change_by_hand_is_named_with_both_forms() {
    let fields = "    #[db(check = \"a <> ''\")]\n    pub a: String,\n    pub n: i32,\n";
    let (project, database) = live_project(fields).await;
    let none = project.run(&database, &["drift"]).expect_code(0);
    assert!(none.stdout.contains("no drift"), "{}", none.stdout);
    for (by_hand, undo, object, line) in [
        ("CREATE INDEX by_hand ON t (a)", "DROP INDEX by_hand", "index public.t.by_hand", "+index using btree (a)"),
        (
            "ALTER TABLE t ALTER a SET DEFAULT 'x'",
            "ALTER TABLE t ALTER a DROP DEFAULT",
            "column public.t.a",
            "+text not null default 'x'::text",
        ),
        (
            "ALTER TABLE t ALTER n TYPE bigint",
            "ALTER TABLE t ALTER n TYPE integer",
            "column public.t.n",
            "-integer not null",
        ),
        ("COMMENT ON TABLE t IS 'ours'", "COMMENT ON TABLE t IS NULL", "table public.t", "comment \"ours\""),
        (
            "ALTER TABLE t DROP CONSTRAINT t_a_check",
            "ALTER TABLE t ADD CONSTRAINT t_a_check CHECK (a <> '')",
            "constraint public.t.t_a_check",
            "-check ",
        ),
        ("ALTER TABLE t ADD extra int", "ALTER TABLE t DROP extra", "column public.t.extra", "+integer"),
    ] {
        database.execute(by_hand).await;
        let found = project.run(&database, &["drift"]).expect_code(4);
        assert!(found.stdout.contains(object) && found.stdout.contains(line), "{by_hand}\n{}", found.stdout);
        assert!(found.stdout.contains("1 object is"), "{by_hand}\n{}", found.stdout);
        let json = project.run(&database, &["drift", "--format", "json"]).expect_code(4);
        let json: serde_json::Value = serde_json::from_str(&json.stdout).expect("JSON on stdout");
        assert_eq!(json["drift"][0]["object"], object);
        database.execute(undo).await;
        project.run(&database, &["drift"]).expect_code(0);
    }
}

#[tokio::test]
async fn a_changed_function_of_a_hand_written_migration_is_shown_in_both_forms() {
    let (project, database) = live_project("    pub a: String,\n").await;
    project.run(&database, &["new", "one"]).expect_code(0);
    let file = project.migrations().pop().expect("the new folder").join("1_expand.sql");
    let step = "--! step 1: a function\n--! lock: none   blocks: nothing   work: none   transaction: yes\n--! done when: recorded\n";
    let function = |value: u8| format!("FUNCTION one() RETURNS int LANGUAGE sql AS $$ SELECT {value} $$");
    std::fs::write(&file, format!("{step}CREATE {};\n", function(1))).expect("the file");
    project.run(&database, &["diff", "--write"]).expect_code(0);
    project.run(&database, &["drift"]).expect_code(0);
    project.run(&database, &["apply"]).expect_code(0);
    project.run(&database, &["drift"]).expect_code(0);
    database.execute(&format!("CREATE OR REPLACE {}", function(2))).await;
    let found = project.run(&database, &["drift"]).expect_code(4);
    for words in ["function public.one()", "SELECT 1", "SELECT 2", "_one"] {
        assert!(found.stdout.contains(words), "{words} in {}", found.stdout);
    }
}

#[tokio::test]
async fn what_open_and_pending_migrations_make_is_no_drift() {
    let (project, database) = live_project("    pub a: String,\n").await;
    project.set_source(&one_table("    #[db(renamed_from = \"a\", index)]\n    pub b: String,\n"));
    project.run(&database, &["diff", "--write"]).expect_code(0);
    let pending = project.run(&database, &["drift"]).expect_code(0);
    assert!(pending.stdout.contains("not applied"), "{}", pending.stdout);
    project.run(&database, &["apply"]).expect_code(0);
    let open = project.run(&database, &["drift"]).expect_code(0);
    assert!(open.stdout.contains("open, and taken to its end"), "{}", open.stdout);
    database.execute("ALTER TABLE t ADD extra int").await;
    let found = project.run(&database, &["drift"]).expect_code(4);
    assert!(found.stdout.contains("column public.t.extra") && found.stdout.contains("1 object is"), "{}", found.stdout);
}
