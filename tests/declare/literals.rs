//! The SQL in the source.

use schema_model::declare::literals;

use crate::support::Source;

#[test]
fn literals_are_found_wherever_they_stand() {
    let source = Source::new()
        .file("Cargo.toml", "")
        .file("queries/all.sql", "SELECT * FROM files")
        .file("src/part.sql", "SELECT 1")
        .file(
            "src/lib.rs",
            r####"
//! "not documentation"
mod leaf;
#[doc = "nor this"]
const ALL: &str = "SELECT * FROM constants";
fn f() {
    sqlx::query!("SELECT a " + "FROM b WHERE c = $1", "arg");
    sqlx::query_as!(User, r#"SELECT "x" FROM raw"#);
    sqlx::query(concat!("SELECT ", "d"));
    sqlx::query_file!("queries/all.sql");
    let x = format!("DELETE FROM {t}");
    tokio::select! { a = sqlx::query("SELECT nested").fetch(&mut c) => { vec!["deep"] } }
    let s = include_str!("part.sql");
}
#[cfg(test)]
mod tests { fn g() { sqlx::query("SELECT tests"); } }
#[sqlx::test]
fn t() { sqlx::query("SELECT test"); }
"####,
        )
        .file("src/leaf.rs", "fn g() { sqlx::query(\"SELECT leaf\"); }")
        .library("app", "src/lib.rs", &[]);
    let found = literals(source.roots());
    let texts: Vec<String> =
        found.literals.iter().map(|literal| source.relative(&literal.position, &literal.text)).collect();
    assert_eq!(
        texts,
        [
            "queries/all.sql:1:1 SELECT * FROM files",
            "src/leaf.rs:1:22 SELECT leaf",
            "src/lib.rs:5:19 SELECT * FROM constants",
            "src/lib.rs:7:18 SELECT a FROM b WHERE c = $1",
            "src/lib.rs:7:55 arg",
            "src/lib.rs:8:27 SELECT \"x\" FROM raw",
            "src/lib.rs:9:25 SELECT d",
            "src/lib.rs:11:21 DELETE FROM {t}",
            "src/lib.rs:12:38 SELECT nested",
            "src/lib.rs:12:79 deep",
            "src/part.sql:1:1 SELECT 1",
        ]
    );
    assert!(found.dynamic.is_empty(), "{:?}", found.dynamic);
}

#[test]
fn sql_that_no_literal_holds_is_named() {
    let source = Source::of(
        r#"
fn f(sql: &str) {
    sqlx::query("SELECT 1");
    sqlx::query(sql);
    query_as::<_, User>(&format!("SELECT {x}"));
    sqlx::query_scalar::<_, i64>(ALL);
    sqlx::raw_sql(AssertSqlSafe(sql));
    sqlx::raw_sql(AssertSqlSafe("SELECT 2"));
    QueryBuilder::<Postgres>::new(start());
    sqlx::QueryBuilder::new("SELECT 3");
    sqlx::query(if a { "SELECT 4" } else { "SELECT 5" });
    sqlx::query(match a { 1 => "SELECT 6", _ => sql });
    db::query(sql);
    client.query(sql);
    tokio::join!(sqlx::query(sql).execute(p), sqlx::query_as::<_, (i64,)>("SELECT 7").fetch(p), client.query(sql));
    sqlx::query_file!("missing.sql");
    sqlx::query_with(&"SELECT 8", arguments);
}
"#,
    );
    let found = literals(source.roots());
    let places: Vec<String> = found.dynamic.iter().map(|place| format!("{}:{}", place.line, place.column)).collect();
    assert_eq!(places, ["4:17", "5:25", "7:19", "9:35", "12:17", "15:30", "16:23"]);
}
