//! Names and shapes that nobody would choose, and somebody has: each is planned, applied, compared, and pulled.

use schema_diff::embedded::Major;
use tests::converge::{Ending, converge};
use tests::round_trip::round_trip;
use tests::{Project, Server};

/// Quotes, Unicode, spaces, words of SQL, capitals, dots, signs, and 63 bytes.
const NAMES: [&str; 12] = [
    "plain",
    "a\"b",
    "it's",
    "größe 名",
    "with space",
    "select",
    "Mixed",
    "mixed",
    "a.b",
    "semi;colon -- $1 $$",
    "back\\slash %s {0}",
    "sixty_three_bytes_67890123456789012345678901234567890123456789x",
];

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Every kind of object under such a name, in such a namespace. The second time it is another form of each.
fn objects(name: &str, second: bool) -> String {
    let n = quoted(name);
    let short: String = name.chars().take(20).collect();
    let named = |end: &str| quoted(&format!("{short}{end}"));
    let (check, index, unique, view, function) = (named(" c"), named(" i"), named(" u"), named(" v"), named(" f"));
    let (trigger, policy, domain, sequence, kind) = (named(" t"), named(" p"), named(" d"), named(" s"), named(" e"));
    let (children, key) = (named(" k"), named(" fk"));
    let (more, value, limit) = if second {
        (format!(", {} text DEFAULT 'x'", named(" new")), ", 'new''s'", 20)
    } else {
        (String::new(), "", 10)
    };
    format!(
        "CREATE SCHEMA {n};
         CREATE TYPE {n}.{kind} AS ENUM ('a', 'it''s'{value});
         CREATE DOMAIN {n}.{domain} AS text CONSTRAINT {check} CHECK (length(VALUE) < 9);
         CREATE SEQUENCE {n}.{sequence} INCREMENT {limit};
         CREATE TABLE {n}.{n} (
             id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, {n} integer NOT NULL DEFAULT {limit}, kind {n}.{kind} DEFAULT 'it''s',
             short {n}.{domain}{more}, CONSTRAINT {check} CHECK ({n} > {limit}), CONSTRAINT {unique} UNIQUE ({n}, kind)
         );
         COMMENT ON COLUMN {n}.{n}.{n} IS 'it''s {limit}';
         CREATE INDEX {index} ON {n}.{n} ({n} DESC) WHERE {n} > {limit};
         CREATE TABLE {n}.{children} (id bigint PRIMARY KEY,
             {n} bigint CONSTRAINT {key} REFERENCES {n}.{n} (id) ON DELETE CASCADE);
         CREATE VIEW {n}.{view} AS SELECT id, {n} FROM {n}.{n} WHERE {n} < {limit};
         CREATE FUNCTION {n}.{function}() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN NEW.{n} := {limit}; RETURN NEW; END $f$;
         CREATE TRIGGER {trigger} BEFORE INSERT ON {n}.{n} FOR EACH ROW EXECUTE FUNCTION {n}.{function}();
         ALTER TABLE {n}.{n} ENABLE ROW LEVEL SECURITY;
         CREATE POLICY {policy} ON {n}.{n} USING ({n} > {limit});\n"
    )
}

fn all(second: bool) -> String {
    NAMES.iter().map(|name| objects(name, second)).collect()
}

#[track_caller]
fn expect_converged(ending: &Ending) {
    assert!(matches!(ending, Ending::Converged(_)), "{ending:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_is_made_changed_and_dropped_under_any_name() {
    let server = Server::shared(Major::LATEST).await;
    for (from, to) in [(String::new(), all(false)), (all(false), all(true)), (all(true), String::new())] {
        expect_converged(&converge(server, &from, &to, "").await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_is_pulled_under_any_name() {
    let trip = round_trip(Major::LATEST, &all(true), &[]).await.expect("the SQL loads");
    let lost: Vec<_> = trip.lost.iter().map(|lost| format!("{}:\n{}", lost.stage, lost.what)).collect();
    assert!(lost.is_empty(), "{}", lost.join("\n"));
    tests::round_trip::check(&[trip.files]).expect("the structs compile");
}

/// Names that the tool makes up of long ones are cut as the server cuts them, and never meet.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn long_names_are_retyped() {
    let server = Server::shared(Major::LATEST).await;
    let table = "t".repeat(63);
    let (one, other) = (format!("{}a", "c".repeat(62)), format!("{}b", "c".repeat(62)));
    let sql = |first: &str, second: &str| {
        format!(
            "CREATE TABLE {table} (id bigint PRIMARY KEY, {one} {first} NOT NULL UNIQUE, {other} {second} CHECK ({other} IS NOT NULL));
             CREATE INDEX ON {table} ({one}, {other}); CREATE INDEX ON {table} ({other});"
        )
    };
    expect_converged(&converge(server, &sql("integer", "integer"), &sql("bigint", "text"), "").await);
}

/// 64 bytes are cut by the server, so that two names could become one: such a name is a mistake in a struct.
#[tokio::test]
async fn a_name_of_64_bytes_is_a_mistake() {
    let database = Server::shared(Major::LATEST).await.fresh_database().await;
    let project = Project::new();
    let long = "x".repeat(64);
    project.set_source(&format!("#[derive(schema_diff::Schema)]\npub struct T {{ id: i64, {long}: i32 }}\n"));
    let said = project.run(&database, &["diff"]).expect_code(1).stderr;
    assert!(said.contains("63 bytes"), "{said}");
}

/// The server keeps such names for itself.
#[tokio::test]
async fn a_namespace_of_the_server_is_a_mistake() {
    let database = Server::shared(Major::LATEST).await.fresh_database().await;
    let project = Project::new();
    project.set_source("#[derive(schema_diff::Schema)]\n#[db(table = \"pg_x.t\")]\npub struct T { id: i64 }\n");
    let said = project.run(&database, &["diff"]).expect_code(1).stderr;
    assert!(said.contains("src/lib.rs:2:") && said.contains("keeps the namespace `pg_x` for itself"), "{said}");
    assert!(said.contains("give the namespace another name"), "{said}");
}

/// As many columns as a table can have; each that was dropped counts as well.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixteen_hundred_columns() {
    let server = Server::shared(Major::LATEST).await;
    let wide = |columns: usize| {
        let columns: Vec<String> = (1..columns).map(|number| format!("c{number} integer DEFAULT {number}")).collect();
        format!("CREATE TABLE wide (id bigint PRIMARY KEY, {});", columns.join(", "))
    };
    expect_converged(&converge(server, "", &wide(1_600), "").await);
    expect_converged(&converge(server, &wide(1_590), &wide(1_600), "").await);
    let trip = round_trip(Major::LATEST, &wide(1_600), &[]).await.expect("the SQL loads");
    assert!(trip.lost.is_empty(), "{:?}", trip.lost);
}

/// Dropped columns leave holes in the server's numbering.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn gaps_of_dropped_columns() {
    let server = Server::shared(Major::LATEST).await;
    let holes = "CREATE TABLE t (gone_1 text, a integer NOT NULL, gone_2 text UNIQUE, b text DEFAULT 'x', gone_3 integer, id bigint);
         ALTER TABLE t DROP COLUMN gone_1, DROP COLUMN gone_2, DROP COLUMN gone_3;
         ALTER TABLE t ADD PRIMARY KEY (id), ADD UNIQUE (b, a), ADD CHECK (a > 0);
         CREATE INDEX ON t (lower(b), a DESC) INCLUDE (id) WHERE a > 1;
         CREATE TABLE u (gone text, t bigint REFERENCES t (id)); ALTER TABLE u DROP COLUMN gone;
         CREATE VIEW v AS SELECT b, a FROM t;";
    let whole = "CREATE TABLE t (id bigint PRIMARY KEY, a bigint NOT NULL CHECK (a > 0), b varchar(10) DEFAULT 'x', c text, UNIQUE (b, a));
         CREATE INDEX ON t (lower(b), a DESC) INCLUDE (id) WHERE a > 1;
         CREATE TABLE u (t bigint REFERENCES t (id));
         CREATE VIEW v AS SELECT b, a FROM t;";
    let same = whole.replace("a bigint", "a integer").replace("varchar(10)", "text").replace(" c text,", "");
    expect_converged(&converge(server, holes, &same, "").await);
    expect_converged(&converge(server, holes, whole, "").await);
    let trip = round_trip(Major::LATEST, holes, &[]).await.expect("the SQL loads");
    assert!(trip.lost.is_empty(), "{:?}", trip.lost);
}
