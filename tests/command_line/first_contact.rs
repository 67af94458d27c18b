//! Tables that are there before anything of ours is.

use tests::{Project, Server, majors};

/// Only one of them has a struct; each references the next, and the last the first.
const LIVE: &str = "
CREATE TYPE mood AS ENUM ('calm', 'loud');
CREATE TABLE grounds (id int PRIMARY KEY, mood mood);
CREATE TABLE kinds (id int PRIMARY KEY, ground int REFERENCES grounds);
CREATE TABLE t (id bigint PRIMARY KEY, a text NOT NULL, kind int REFERENCES kinds);
ALTER TABLE grounds ADD COLUMN t bigint REFERENCES t;
INSERT INTO grounds VALUES (1, 'calm');
INSERT INTO kinds VALUES (1, 1);
INSERT INTO t SELECT i, 'a', 1 FROM generate_series(1, 50) AS i;
";

#[tokio::test]
async fn a_table_that_references_others_is_met_alone() {
    for major in majors() {
        let database = Server::shared(major).await.fresh_database().await;
        database.execute(LIVE).await;
        let project = Project::new();
        let fields = "    pub a: String,\n    #[db(backfill = \"7\")]\n    pub n: i32,\n";
        project.set_source(&crate::one_table(fields));
        project.run(&database, &["diff", "--write"]).expect_code(0);
        for command in [&["apply"][..], &["confirm", "v2"], &["contract"], &["diff", "--exit-code"]] {
            project.run(&database, command).expect_code(0);
        }
        assert_eq!(database.value("SELECT sum(n) || ' ' || count(kind) FROM t").await, "350 50", "{major}");
    }
}

#[tokio::test]
async fn a_module_that_waits_for_a_database_without_tables_gets_its_file() {
    let database = Server::shared(schema_diff::embedded::Major::LATEST).await.fresh_database().await;
    let project = Project::new();
    project.set_source("mod schema;\n");
    project.run(&database, &["pull"]).expect_code(0);
    project.run(&database, &["diff", "--exit-code"]).expect_code(0);
    // And the same again.
    project.run(&database, &["pull"]).expect_code(0);
}
