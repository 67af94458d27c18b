//! What newer servers know of constraints, and what a plan must not pass over; and what the server makes by itself.

use schema_diff::embedded::Major;
use tests::{Project, Server};

use crate::live_project;

/// The server has a constraint more on `notes` for each partition of what is referenced.
#[tokio::test]
async fn a_key_to_a_partitioned_table_is_one_key() {
    for major in tests::majors() {
        let database = Server::shared(major).await.fresh_database().await;
        let partitions = "CREATE TABLE events (id int, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
             CREATE TABLE e1 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
             CREATE TABLE e2 PARTITION OF events FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');";
        let notes = "CREATE TABLE notes (id int PRIMARY KEY, event int, at date, CONSTRAINT n FOREIGN KEY (event, at) REFERENCES events (id, at));";
        database.execute(format!("{partitions}{notes}")).await;
        let project = Project::new();
        let source = project.run(&database, &["pull", "--output", "-"]).expect_code(0).stdout;
        project.set_source(&source);
        assert_eq!(source.matches("foreign_key").count(), 1, "{source}");
        project.run(&database, &["diff", "--exit-code"]).expect_code(0);
        project.set_source(&source.replace("pub struct Note {", "pub struct Note {\n    pub more: Option<String>,"));
        project.run(&database, &["diff", "--write"]).expect_code(0);
        project.run(&database, &["apply"]).expect_code(0);
        // A month later.
        database.execute("CREATE TABLE e3 PARTITION OF events FOR VALUES FROM ('2028-01-01') TO ('2029-01-01')").await;
        project.run(&database, &["diff", "--exit-code"]).expect_code(0);
    }
}

#[tokio::test]
async fn a_value_that_waits_to_be_added_is_planned_once() {
    let field = |values: &str| {
        format!(
            "    pub mood: Mood,\n}}\n\n#[derive(Schema)]\n#[sqlx(rename_all = \"lowercase\")]\npub enum Mood {{\n{values}"
        )
    };
    let (project, database) = live_project(&field("    Good,\n    Bad,\n")).await;
    project.set_source(&crate::one_table(&field("    Good,\n    Bad,\n    Odd,\n")));
    project.run(&database, &["diff", "--write"]).expect_code(0);
    let again = project.run(&database, &["diff"]).expect_code(0);
    assert!(again.stdout.contains("no difference"), "{}", again.stdout);
    let more = field("    Good,\n    Bad,\n    Odd,\n").replace("pub mood", "pub note: Option<String>,\n    pub mood");
    project.set_source(&crate::one_table(&more));
    project.run(&database, &["diff", "--write"]).expect_code(0);
    project.run(&database, &["apply"]).expect_code(0);
    project.run(&database, &["diff", "--exit-code"]).expect_code(0);
}

#[tokio::test]
async fn what_a_copy_would_lose_is_named() {
    let database = Server::shared(Major::LATEST).await.fresh_database().await;
    database
        .execute(
            "CREATE TABLE users (tenant int, id int, PRIMARY KEY (tenant, id));
             CREATE TABLE posts (id int PRIMARY KEY, tenant int NOT NULL, author int, size int, late int,
                                 CONSTRAINT author FOREIGN KEY (tenant, author) REFERENCES users ON DELETE SET NULL (author),
                                 CONSTRAINT small CHECK (size < 10) NOT ENFORCED);
             ALTER TABLE posts ADD CONSTRAINT late NOT NULL late NOT VALID;",
        )
        .await;
    let project = Project::new();
    let source = project.run(&database, &["pull", "--output", "-"]).expect_code(0).stdout;
    project.set_source(&source);
    assert!(
        source.contains("pub late: Option<i32>"),
        "a column may hold NULLs that its constraint never saw: {source}"
    );
    project.run(&database, &["diff", "--exit-code"]).expect_code(0);

    let renamed =
        source.replace("pub author: Option<i32>", "#[db(renamed_from = \"author\")]\n    pub writer: Option<i32>");
    project.set_source(&renamed.replace("(tenant, author)", "(tenant, writer)"));
    let asked = project.run(&database, &["diff"]);
    assert_eq!(asked.code(), 2, "{}{}", asked.stdout, asked.stderr);
    assert!(asked.stderr.contains("constraint author with ON DELETE for some of its columns"), "{}", asked.stderr);

    project.set_source(&source.replace(", not_valid", ""));
    let refused = project.run(&database, &["diff"]);
    assert!(
        refused.code() != 0 && refused.stderr.contains("it is NOT ENFORCED"),
        "{}{}",
        refused.stdout,
        refused.stderr
    );
}
