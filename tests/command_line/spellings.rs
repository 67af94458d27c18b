//! Everything that can be written in more than one way means the same in each of them: what is planned is applied, and
//! then nothing differs.

use schema_diff::dialect::postgres::types::own_storage;
use schema_diff::embedded::Major;
use schema_diff::model::SqlType;
use tests::{Project, Server};

const SPELLINGS: &str = r#"use schema_diff::Schema;

#[derive(Schema)]
#[db(
    table = "t",
    index(a text_pattern_ops),
    index(a collate "C"),
    index(b int4_ops),
    index(c collate "C"),
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
    #[db(collate = "C", storage = extended, statistics = -1)]
    pub c: String,
    #[db(storage = plain)]
    pub n: i32,
    #[db(storage = main, type = "numeric(10, 2)")]
    pub m: String,
    #[db(collate = "own")]
    pub own: String,
    #[db(collate = "public.\"own\"")]
    pub in_full: String,
    pub j: serde_json::Value,
    #[db(default = "now() AT TIME ZONE 'UTC'", type = "timestamp")]
    pub at: String,
    #[db(default = "NOT true")]
    pub off: bool,
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
        // Without a server the lock tells what the names mean.
        project.run(&database, &["check"]).expect_code(0);
        for side in ["structs", "lock"] {
            project.run(&database, &["diff", "--exit-code", "--from", side, "--to", &database.url]).expect_code(0);
        }
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
async fn what_holds_anyway_is_brought_back_where_it_is_asked_for() {
    let asked = "    #[db(storage = extended, statistics = -1)]\n    pub a: String,\n";
    let (project, database) = crate::live_project(asked).await;
    database.execute("ALTER TABLE t ALTER a SET STORAGE EXTERNAL, ALTER a SET STATISTICS 500").await;
    project.run(&database, &["drift", "--adopt", "all"]).expect_code(0);
    project.run(&database, &["apply"]).expect_code(0);
    let found = project.run(&database, &["diff", "--write"]).expect_code(0);
    assert!(found.stdout.contains("change how public.t.a is kept"), "{}", found.stdout);
    project.run(&database, &["apply"]).expect_code(0);
    let kept = "SELECT attstorage || coalesce(attstattarget, -1) FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'a'";
    assert_eq!(database.value(kept).await, "x-1");
    project.run(&database, &["diff", "--exit-code"]).expect_code(0);
    // What no struct says is no demand.
    project.set_source(&crate::one_table("    pub a: String,\n"));
    project.run(&database, &["diff", "--exit-code"]).expect_code(0);
}

#[tokio::test]
async fn parameters_of_operator_classes_are_a_part_of_the_index() {
    let with = |class: &str| {
        let table = crate::one_table("    #[db(type = \"tsvector\")]\n    pub s: String,\n");
        table.replace("table = \"t\"", &format!("table = \"t\", index(s {class}, using = gist)"))
    };
    for major in tests::majors().into_iter().filter(|major| major.number() > 12) {
        let database = Server::shared(major).await.fresh_database().await;
        let project = Project::new();
        project.set_source(&with("tsvector_ops(siglen = 100)"));
        project.run(&database, &["diff", "--write"]).expect_code(0);
        project.run(&database, &["apply"]).expect_code(0);
        let with_parameters = "SELECT count(*) FROM pg_attribute WHERE attoptions = '{siglen=100}'";
        assert_eq!(database.value(with_parameters).await, "1");
        for same in
            ["tsvector_ops(siglen = 100)", "tsvector_ops(SIGLEN = \"100\")", "pg_catalog.tsvector_ops(siglen = 100)"]
        {
            project.set_source(&with(same));
            project.run(&database, &["diff", "--exit-code"]).expect_code(0);
        }
        project.run(&database, &["diff", "--write"]).expect_code(0);
        project.run(&database, &["check"]).expect_code(0);
        let file = project.path().join("side.sql");
        std::fs::write(&file, "CREATE TABLE t (id bigint PRIMARY KEY, s tsvector NOT NULL);\nCREATE INDEX t_s_idx ON t USING gist (s tsvector_ops (siglen='100'));\n").expect("a file");
        project.run(&database, &["diff", "--exit-code", "--to", "side.sql"]).expect_code(0);
        let pulled = Project::new();
        pulled.run(&database, &["pull"]).expect_code(0);
        pulled.run(&database, &["diff", "--exit-code"]).expect_code(0);
        for other in ["tsvector_ops(siglen = 200)", "tsvector_ops"] {
            project.set_source(&with(other));
            project.run(&database, &["check"]).expect_code(3);
            project.run(&database, &["diff", "--write"]).expect_code(0);
            project.run(&database, &["apply", "--all-phases"]).expect_code(0);
            project.run(&database, &["diff", "--exit-code"]).expect_code(0);
        }
        assert_eq!(database.value(with_parameters).await, "0");
    }
}

#[tokio::test]
async fn the_storage_modes_of_the_servers_own_types_are_known() {
    let kinds = "SELECT format_type(oid, NULL) || '|' || typstorage::text FROM pg_type
        WHERE typtype IN ('b', 'r', 'm') AND typnamespace = 'pg_catalog'::regnamespace";
    for major in tests::majors() {
        let database = Server::shared(major).await.fresh_database().await;
        for row in database.rows(kinds).await {
            let (name, mode) = row.split_once('|').expect("two values");
            let Some(own) = own_storage(&SqlType::parse(name)) else { continue };
            let mode = match mode {
                "p" => "PLAIN",
                "m" => "MAIN",
                "e" => "EXTERNAL",
                _ => "EXTENDED",
            };
            assert_eq!(own, mode, "{name} on {major}");
        }
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
