//! Two branches: a lower version that arrives later, edited files, a history that knows more than the folder.

use crate::{live_project, one_table};

#[tokio::test]
async fn a_lower_version_that_arrives_later_is_applied_if_it_fits() {
    let (project, database) = live_project("    pub a: String,\n").await;
    project.set_source(&one_table("    pub a: String,\n    pub b: Option<i32>,\n"));
    project.run(&database, &["diff", "--write", "--name", "early"]).expect_code(0);
    let early = project.migrations().pop().expect("the early one");
    let aside = project.path().join("aside");
    std::fs::rename(&early, &aside).expect("our own folder");
    project.set_source(&one_table("    pub a: String,\n    pub c: Option<i32>,\n"));
    // Versions are seconds, and the early one may be one ahead of the clock.
    tokio::time::sleep(std::time::Duration::from_millis(2_500)).await;
    project.run(&database, &["diff", "--write", "--name", "late"]).expect_code(0);
    project.run(&database, &["apply"]).expect_code(0);
    std::fs::rename(&aside, &early).expect("our own folder");
    project.run(&database, &["apply"]).expect_code(0);
    project.set_source(&one_table("    pub a: String,\n    pub b: Option<i32>,\n    pub c: Option<i32>,\n"));
    project.run(&database, &["diff", "--exit-code", "--write"]).expect_code(0);
}

#[tokio::test]
async fn a_migration_for_other_objects_is_refused_and_changes_nothing() {
    let (project, database) = live_project("    pub a: String,\n").await;
    project.set_source(&one_table("    #[db(default = \"'x'\")]\n    pub a: String,\n"));
    project.run(&database, &["diff", "--write"]).expect_code(0);
    database.execute("ALTER TABLE t ALTER COLUMN a TYPE varchar(9)").await;
    let refused = project.run(&database, &["apply"]).expect_code(4);
    assert!(refused.stderr.contains("column public.t.a is `character varying(9)"), "{}", refused.stderr);
    assert_eq!(database.value("SELECT count(*) FROM pg_attrdef WHERE adrelid = 't'::regclass").await, "0");
}

#[tokio::test]
async fn edited_and_missing_migrations_are_named() {
    let (project, database) = live_project("    pub a: String,\n").await;
    let folder = project.migrations().pop().expect("the first one");
    let file = folder.join("1_expand.sql");
    let original = std::fs::read_to_string(&file).expect("the file");
    std::fs::write(&file, original.replace('\n', "\r\n").replace("CREATE TABLE", "-- a word\r\nCREATE   TABLE"))
        .expect("the file");
    project.run(&database, &["apply"]).expect_code(0);
    std::fs::write(&file, original.replace("a text", "a varchar")).expect("the file");
    let line = 1 + original.lines().position(|line| line.contains("a text")).expect("the column's line");
    let words = format!(
        "1_expand.sql:{line} was changed after it was applied: `a text NOT NULL,` was applied, `a varchar NOT NULL,` stands there now"
    );
    for (command, code) in [("apply", 1), ("drift", 1), ("status", 0)] {
        let edited = project.run(&database, &[command]).expect_code(code);
        let said = edited.stderr + &edited.stdout;
        assert!(said.contains(&words), "{command}: {words}\n{said}");
    }
    // Somebody who applied it with an earlier version: no text is there to compare with.
    database.execute("UPDATE _schema_migrations SET files = NULL").await;
    let edited = project.run(&database, &["apply"]).expect_code(1);
    let words = format!("{} was changed after it was applied: bring back", folder.display());
    assert!(edited.stderr.contains(&words), "{words}\n{}", edited.stderr);
    std::fs::remove_dir_all(&folder).expect("our own folder");
    let missing = project.run(&database, &["apply"]).expect_code(1);
    assert!(missing.stderr.contains("its folder isn't here"), "{}", missing.stderr);
}

/// A working tree with other line ends: also inside the functions of the sync triggers, and in the middle of it all.
#[tokio::test]
async fn line_ends_do_not_count() {
    let (project, database) = live_project("    pub a: String,\n").await;
    project.set_source(&one_table("    #[db(renamed_from = \"a\")]\n    pub b: String,\n"));
    project.run(&database, &["diff", "--write"]).expect_code(0);
    project.run(&database, &["apply"]).expect_code(0);
    let folder = project.migrations().pop().expect("the rename");
    let texts = std::fs::read_dir(&folder).expect("the folder").flatten().map(|entry| entry.path());
    for file in texts {
        let text = std::fs::read_to_string(&file).expect("a file");
        std::fs::write(&file, text.replace('\n', "\r\n")).expect("a file");
    }
    project.run(&database, &["confirm", "v2"]).expect_code(0);
    project.run(&database, &["contract"]).expect_code(0);
    project.run(&database, &["drift"]).expect_code(0);
    assert_eq!(
        database
            .value("SELECT attname FROM pg_attribute WHERE attrelid = 't'::regclass AND attname IN ('a', 'b')")
            .await,
        "b"
    );
}

#[tokio::test]
async fn a_rollback_leaves_alone_what_was_never_begun() {
    let (project, database) = live_project("    pub a: String,\n").await;
    project.set_source(&one_table("    #[db(renamed_from = \"a\")]\n    pub b: String,\n"));
    project.run(&database, &["diff", "--write"]).expect_code(0);
    let refuse = "CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not now'; END $$;
                  CREATE EVENT TRIGGER refuse ON ddl_command_start WHEN TAG IN ('ALTER TABLE') EXECUTE FUNCTION refuse()";
    database.execute(refuse).await;
    let failed = project.run(&database, &["apply"]).expect_code(1);
    assert!(failed.stderr.contains("not now"), "{}", failed.stderr);
    // Before anything was made somebody else makes a column of that name.
    let theirs = "DROP EVENT TRIGGER refuse; DROP FUNCTION refuse(); ALTER TABLE t ADD COLUMN b text DEFAULT 'theirs'; INSERT INTO t VALUES (1, 'x')";
    database.execute(theirs).await;
    project.run(&database, &["rollback"]).expect_code(0);
    assert_eq!(database.value("SELECT b FROM t").await, "theirs");
}
