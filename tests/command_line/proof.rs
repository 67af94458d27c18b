//! The proof before anything is written, and again of what the files say.

use tests::Project;

use crate::live_project;

const FIELD: &str = "    pub a: String,\n";
const RENAMED: &str = "    #[db(renamed_from = \"a\")]\n    pub b: String,\n";

/// Changes a file of the newest migration.
fn edit(project: &Project, file: &str, from: &str, to: &str) {
    let newest = project.migrations().pop().expect("a migration");
    let text = std::fs::read_to_string(newest.join(file)).expect("the file");
    assert!(text.contains(from), "{from} stands in {text}");
    std::fs::write(newest.join(file), text.replacen(from, to, 1)).expect("the file");
}

async fn renamed() -> (Project, tests::Database) {
    let (project, database) = live_project(FIELD).await;
    project.set_source(&crate::one_table(RENAMED));
    project.run(&database, &["diff", "--write"]).expect_code(0);
    (project, database)
}

#[tokio::test]
async fn what_was_written_stands_the_proof_again() {
    let (project, database) = renamed().await;
    let again = project.run(&database, &["check", "--prove"]).expect_code(0);
    assert!(
        again.stdout.contains("rename_t_a was walked through, phase by phase: it does what it says"),
        "{}",
        again.stdout
    );
    let all = project.run(&database, &["check", "--prove", "all"]).expect_code(0);
    assert_eq!(all.stdout.matches("was walked through").count(), 2, "{}", all.stdout);
    let unknown = project.run(&database, &["check", "--prove", "17"]).expect_code(2);
    assert!(unknown.stderr.contains("there is no migration 17"), "{}", unknown.stderr);
}

/// Whatever is edited so that it isn't true any more, or hurts somebody, is found where it stands.
#[tokio::test]
async fn a_false_claim_is_found() {
    let cases = [
        (
            "1_expand.sql",
            "--! lock: access exclusive on public.t   blocks: reads and writes",
            "--! lock: share update exclusive on public.t   blocks: nothing",
            "expand step 1 \"add public.t.b, kept in step with a\": it claims share update exclusive on public.t, and takes access exclusive on public.t",
        ),
        ("1_expand.sql", "work: none", "work: rewrite", "it claims the work `rewrite`, and what it does is `none`"),
        // The table is written anew.
        (
            "1_expand.sql",
            "ADD COLUMN b text;",
            "ADD COLUMN b text; ALTER TABLE public.t ALTER COLUMN a TYPE varchar(100);",
            "rewrite on public.t while it holds access exclusive",
        ),
        // The old release breaks.
        ("1_expand.sql", "NEW.b := NEW.a", "RAISE 'no'", "an INSERT of the old release on public.t fails: no"),
        // The triggers don't keep the columns in step.
        ("1_expand.sql", "NEW.b := NEW.a", "NEW.b := 'lost'", "are counted that must not be"),
        // The way back leaves something.
        ("undo.sql", "DROP SEQUENCE IF EXISTS", "-- DROP SEQUENCE IF EXISTS", "the way back"),
    ];
    for (file, from, to, found) in cases {
        let (project, database) = renamed().await;
        edit(&project, file, from, to);
        let outcome = project.run(&database, &["check", "--prove"]).expect_code(1);
        assert!(outcome.stderr.contains(found), "{to}: {}", outcome.stderr);
    }
}

#[tokio::test]
async fn what_cannot_be_shown_is_said() {
    let (project, database) = live_project("    #[db(check(\"a ~ '^[q-z]{7}[0-9]$'\"))]\n    pub a: String,\n").await;
    project.set_source(&crate::one_table(
        "    #[db(renamed_from = \"a\", check(\"b ~ '^[q-z]{7}[0-9]$'\"))]\n    pub b: String,\n",
    ));
    let written = project.run(&database, &["diff", "--write"]).expect_code(0);
    assert!(written.stdout.contains("not proven: no rows in public.t: "), "{}", written.stdout);
}
