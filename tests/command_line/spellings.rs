//! Everything that can be written in more than one way means the same in each of them: what is planned is applied, and
//! then nothing differs.

use schema_diff::embedded::Major;
use tests::{Project, Server};

const SPELLINGS: &str = r#"use schema_diff::Schema;

#[derive(Schema)]
#[db(
    table = "t",
    index(a text_pattern_ops),
    index(a collate "C"),
    index(b int4_ops),
    index(b desc nulls first),
    index(b asc nulls last),
    index(j jsonb_ops, using = gin),
    index(lower(c)),
    index(own),
    index(a, (b is null)),
    index(b, where = "b is null"),
    unique(a, include(b)),
)]
pub struct T {
    #[db(primary_key, identity = "always", sequence(start = 1, increment = 1, cache = 1))]
    pub id: i64,
    pub a: String,
    pub b: Option<i32>,
    #[db(collate = "C")]
    pub c: String,
    #[db(collate = "own")]
    pub own: String,
    #[db(collate = "public.\"own\"")]
    pub in_full: String,
    pub j: serde_json::Value,
}
"#;

#[tokio::test]
async fn every_spelling_settles() {
    for major in tests::majors() {
        let database = Server::shared(major).await.fresh_database().await;
        let project = Project::new();
        project.set_objects("CREATE COLLATION own (locale = 'C');\n");
        project.set_source(SPELLINGS);
        project.run(&database, &["diff", "--write"]).expect_code(0);
        project.run(&database, &["apply"]).expect_code(0);
        project.run(&database, &["diff", "--exit-code"]).expect_code(0);
        // On a table that exists, an index is made first.
        project.set_source(
            &SPELLINGS.replace("unique(a, include(b)),", "unique(a, include(b)), unique(c, include(a, b)),"),
        );
        project.run(&database, &["diff", "--write"]).expect_code(0);
        project.run(&database, &["apply"]).expect_code(0);
        let planned = project.run(&database, &["diff"]).expect_code(0);
        assert!(planned.stdout.contains("no difference"), "{}", planned.stdout);
    }
}

#[tokio::test]
async fn a_collation_is_pulled_so_that_it_can_be_read() {
    let database = Server::shared(Major::LATEST).await.fresh_database().await;
    database
        .execute("CREATE COLLATION own (locale = 'C'); CREATE TABLE t (id int PRIMARY KEY, a text COLLATE own NOT NULL, b text COLLATE \"C\" NOT NULL); CREATE INDEX ON t (lower(b)); CREATE INDEX ON t (lower(a) COLLATE own, b COLLATE own)")
        .await;
    let project = Project::new();
    project.run(&database, &["pull"]).expect_code(0);
    project.run(&database, &["diff", "--exit-code"]).expect_code(0);
}
