//! `--from` and `--to`.

use schema_diff::embedded::{Major, ScratchOptions};
use tests::oracle::{Oracle, difference};
use tests::{Project, Server, majors};

use crate::live_project;

#[tokio::test]
async fn equal_sides_do_not_differ_in_any_pair() {
    let (project, database) =
        live_project("    #[db(default = \"'x'\", check = \"a in ('x', 'y')\", index)]\n    pub a: String,\n    #[db(type = \"varchar(9)\", check = \"b in ('x', 'y')\")]\n    pub b: String,\n").await;
    let dump = project.path().join("dump.sql");
    let sql = "\\restrict x1\n\nCREATE TABLE t (id int8 PRIMARY KEY, a text NOT NULL DEFAULT 'x', CONSTRAINT t_a_check CHECK (a = ANY (ARRAY['x', 'y'])), b varchar(9) NOT NULL CHECK (b IN ('x', 'y')));\nCREATE INDEX t_a_idx ON t (a);\n\\unrestrict x1\n";
    std::fs::write(&dump, sql).expect("the file");
    let sides = ["structs", "lock", "migrations", "dump.sql", database.url.as_str()];
    for from in sides {
        for to in sides {
            let found = project.run(&database, &["diff", "--exit-code", "--from", from, "--to", to]);
            assert_eq!(found.code(), 0, "--from {from} --to {to}\n{}{}", found.stdout, found.stderr);
        }
        let all =
            project.run(&database, &["diff", "--exit-code", "--from", from, "--to", "empty", "--allow", "drop:t"]);
        assert_eq!(all.code(), 3, "--from {from} --to empty\n{}{}", all.stdout, all.stderr);
    }
    project.run(&database, &["diff", "--exit-code", "--from", "empty"]).expect_code(3);
    project.run(&database, &["diff", "--from", "nosuch"]).expect_code(2);
}

#[tokio::test]
async fn between_two_databases_everything_counts() {
    let server = Server::shared(Major::LATEST).await;
    let (one, other) = (server.fresh_database().await, server.fresh_database().await);
    one.execute("CREATE TABLE a (id int); CREATE TABLE b (id int)").await;
    other.execute("CREATE TABLE a (id int, x int)").await;
    let project = tests::Project::new();
    let refused = project.run(&one, &["diff", "--from", &one.url, "--to", &other.url]).expect_code(5);
    assert!(refused.stderr.contains("--allow drop:b"), "{}", refused.stderr);
    let planned =
        project.run(&one, &["diff", "--from", &one.url, "--to", &other.url, "--allow", "drop:b"]).expect_code(0);
    assert!(planned.stdout.contains("add column public.a.x"), "{}", planned.stdout);
}

const RULED: &str = "CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE log (id int);
    CREATE RULE quiet AS ON DELETE TO t DO ALSO NOTHING; CREATE RULE loud AS ON UPDATE TO t DO ALSO NOTHING;
    CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'";

/// What another database has otherwise.
const OTHERWISE: &str = "ALTER TABLE t DISABLE RULE quiet; ALTER TABLE t ENABLE ALWAYS RULE loud;
    REVOKE DELETE, TRUNCATE ON t FROM CURRENT_USER; GRANT SELECT ON t TO PUBLIC;
    REVOKE ALL ON log FROM CURRENT_USER; REVOKE EXECUTE ON FUNCTION f() FROM CURRENT_USER, PUBLIC;
    REVOKE ALL ON SCHEMA public FROM PUBLIC; GRANT CREATE ON SCHEMA public TO pg_monitor WITH GRANT OPTION;
    COMMENT ON SCHEMA public IS 'ours'";

#[tokio::test]
async fn how_rules_fire_and_who_may_do_what_is_brought_over_and_back() {
    for major in majors() {
        let server = Server::shared(major).await;
        let (plain, changing, other) =
            (server.fresh_database().await, server.fresh_database().await, server.fresh_database().await);
        for database in [&plain, &changing, &other] {
            database.execute(RULED).await;
        }
        other.execute(OTHERWISE).await;
        let project = Project::new();
        for wanted in [&other, &plain] {
            let sides = ["diff", "--from", &changing.url, "--to", &wanted.url, "--write"];
            let planned = project.run(&changing, &sides);
            let flags = planned.stderr.lines().filter_map(|line| line.split_once("--allow "));
            let flags: Vec<&str> = flags.flat_map(|(_, flag)| ["--allow", flag.trim_matches('\'')]).collect();
            if planned.code() != 0 {
                project.run(&changing, &[&sides[..], &flags].concat()).expect_code(0);
            }
            project.run(&changing, &["apply", "--all-phases"]).expect_code(0);
            let oracle = Oracle::of(&["public"]).without_history();
            let (is, should) = (oracle.listing(&changing.pool).await, oracle.listing(&wanted.pool).await);
            assert_eq!(difference(&is, &should), "", "on {major}");
            project.run(&changing, &[&sides[..5], &["--exit-code"]].concat()).expect_code(0);
        }
    }
}

#[tokio::test]
async fn a_trigger_that_fires_otherwise_on_a_partition_is_named() {
    let ground = "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE TABLE t (at int NOT NULL) PARTITION BY RANGE (at);
        CREATE TABLE low PARTITION OF t FOR VALUES FROM (1) TO (9) PARTITION BY RANGE (at);
        CREATE TABLE lowest PARTITION OF low FOR VALUES FROM (1) TO (2);
        CREATE TRIGGER touch AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION touch()";
    for major in majors() {
        let server = Server::shared(major).await;
        let (one, other) = (server.fresh_database().await, server.fresh_database().await);
        let project = Project::new();
        for database in [&one, &other] {
            database.execute(ground).await;
        }
        let sides = ["diff", "--exit-code", "--from", &one.url, "--to", &other.url];
        project.run(&one, &sides).expect_code(0);
        for partition in ["low", "lowest"] {
            other.execute(format!("ALTER TABLE ONLY {partition} DISABLE TRIGGER touch")).await;
            let named = project.run(&one, &sides).expect_code(1);
            assert!(named.stderr.contains("trigger touch ON public.t:"), "{}", named.stderr);
            one.execute(format!("ALTER TABLE ONLY {partition} DISABLE TRIGGER touch")).await;
            project.run(&one, &sides).expect_code(0);
        }
    }
}

#[tokio::test]
async fn publications_are_compared_by_the_names_of_columns() {
    for major in majors() {
        let server = Server::shared(major).await;
        let (one, other) = (server.fresh_database().await, server.fresh_database().await);
        one.execute("CREATE TABLE t (id int PRIMARY KEY, a int, b int)").await;
        other.execute("CREATE TABLE t (gone int, b int, a int, id int PRIMARY KEY); ALTER TABLE t DROP gone").await;
        let named = if major.number() < 15 { "t" } else { "t (id, a) WHERE (id > 1 AND id < 9)" };
        for database in [&one, &other] {
            database.execute(format!("CREATE PUBLICATION p FOR TABLE {named}")).await;
        }
        let project = Project::new();
        let sides = ["diff", "--exit-code", "--from", &one.url, "--to", &other.url];
        project.run(&one, &sides).expect_code(0);
        if major.number() < 15 {
            continue;
        }
        for table in ["t (id, b) WHERE (id > 1 AND id < 9)", "t (id, a) WHERE (id > 2 AND id < 9)"] {
            other.execute(format!("ALTER PUBLICATION p SET TABLE {table}")).await;
            let named = project.run(&one, &sides);
            assert!(named.code() != 0 && named.stderr.contains("publication p"), "{}{}", named.stdout, named.stderr);
        }
    }
}

#[tokio::test]
async fn without_a_database_the_ways_out_are_named() {
    let project = tests::Project::new();
    let lost = tests::CargoSchema::in_directory(project.path()).run(&["diff"]).expect_code(2);
    assert!(lost.stderr.contains("DATABASE_URL") && lost.stderr.contains("-D embedded"), "{}", lost.stderr);
    let unreachable = tests::CargoSchema::in_directory(project.path())
        .run(&["diff", "-D", "postgres://127.0.0.1:1/x"])
        .expect_code(1);
    assert!(unreachable.stderr.contains("can't connect"), "{}", unreachable.stderr);
}

#[tokio::test]
async fn the_proof_may_run_elsewhere_and_without_a_server_nothing_is_written() {
    let alone = Server::own(ScratchOptions::new(Major::LATEST).in_memory()).await;
    let database = alone.fresh_database().await;
    let project = tests::Project::new();
    project.set_source(&crate::one_table("    pub a: String,\n"));
    let nowhere = tests::CargoSchema::in_directory(project.path()).env("SCHEMA_DIFF_DIR", "/proc/nowhere");
    let refused = nowhere.clone().database(&database.url).run(&["diff", "--write"]).expect_code(1);
    assert!(
        refused.stderr.contains("--scratch-url URL") && refused.stderr.contains("nothing is written"),
        "{}",
        refused.stderr
    );
    assert!(project.migrations().is_empty() && !project.path().join("schema.lock").exists());
    nowhere.database(&database.url).run(&["diff", "--write", "--scratch-url", &database.url]).expect_code(0);
    assert_eq!(project.migrations().len(), 1);
    let left = database.value("SELECT count(*) FROM pg_database WHERE datname LIKE 'schema\\_diff\\_%'").await;
    assert_eq!(left, "0");
}

#[tokio::test]
async fn a_scratch_server_of_another_version_proves_nothing() {
    let database = Server::shared(Major::LATEST).await.fresh_database().await;
    let older = Server::shared(Major::OLDEST).await.fresh_database().await;
    let project = tests::Project::new();
    project.set_source(&crate::one_table("    pub a: String,\n"));
    let program = tests::CargoSchema::in_directory(project.path()).env("SCRATCH_DATABASE_URL", &older.url);
    let refused = program.clone().database(&database.url).run(&["diff", "--write"]).expect_code(1);
    assert!(refused.stderr.contains("is PostgreSQL 12, the target is 18"), "{}", refused.stderr);
    assert!(project.migrations().is_empty());
    // Where there is no target, its version is the one that counts.
    std::fs::write(project.path().join("side.sql"), "CREATE TABLE t (id int PRIMARY KEY)").expect("a file");
    program.run(&["diff", "--from", "empty", "--to", "side.sql"]).expect_code(0);
}
