//! The house keeps its order: who may name whom, where SQL may stand, what lies in the root. Each rule is shown to
//! find what it is there for.

mod rules;
mod source;

use std::path::Path;
use std::process::Command;

use rules::Violation;
use source::Source;

/// The published packages' sources and manifests.
fn repository() -> Vec<Source> {
    let root = tests::build::workspace();
    let mut sources = Vec::new();
    for folder in ["schema-derive", "schema-diff", "cli"] {
        collect(root, &root.join(folder), &mut sources);
    }
    assert!(sources.len() > 50, "only {} files were found", sources.len());
    sources
}

fn collect(root: &Path, folder: &Path, sources: &mut Vec<Source>) {
    for entry in std::fs::read_dir(folder).expect("a folder of ours") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() {
            collect(root, &path, sources);
        } else if name.ends_with(".rs") || name == "Cargo.toml" {
            let relative = path.strip_prefix(root).expect("it lies in the root").to_string_lossy().replace('\\', "/");
            sources.push(Source { path: relative, text: std::fs::read_to_string(&path).expect("text") });
        }
    }
}

fn expect_none(violations: &[Violation]) {
    let lines: Vec<_> =
        violations.iter().map(|violation| format!("{} {}", violation.place, violation.message)).collect();
    assert!(lines.is_empty(), "{} violations:\n{}", lines.len(), lines.join("\n"));
}

fn in_all_sources(rule: fn(&Source) -> Vec<Violation>) {
    let sources = repository();
    let rust = sources.iter().filter(|source| source.path.ends_with(".rs"));
    expect_none(&rust.flat_map(rule).collect::<Vec<_>>());
}

#[test]
fn nobody_imports_upwards() {
    in_all_sources(rules::imports);
}

#[test]
fn sql_stands_under_a_dialect() {
    in_all_sources(rules::sql_text);
}

#[test]
fn one_file_vouches_for_sql() {
    in_all_sources(rules::assert_sql_safe);
}

#[test]
fn packages_depend_downwards() {
    let sources = repository();
    let manifests = sources.iter().filter(|source| source.path.ends_with(".toml"));
    expect_none(&manifests.flat_map(rules::dependencies).collect::<Vec<_>>());
}

#[test]
fn the_root_is_tidy() {
    let mut names = known_to_git().unwrap_or_else(everything_in_the_root);
    names.sort();
    names.dedup();
    expect_none(&rules::top_level(&names));
}

/// What git has, or would add, in the root. What it ignores (the target folder, editors' files) is nobody's business.
fn known_to_git() -> Option<Vec<String>> {
    let list = ["ls-files", "--cached", "--others", "--exclude-standard"];
    let output = Command::new("git").args(list).current_dir(tests::build::workspace()).output().ok()?;
    let files = String::from_utf8(output.stdout).expect("UTF-8");
    let first = |path: &str| path.split('/').next().map(str::to_owned);
    output.status.success().then(|| files.lines().filter_map(first).collect())
}

/// The same where there is no git, as in an unpacked archive.
fn everything_in_the_root() -> Vec<String> {
    let entries = std::fs::read_dir(tests::build::workspace()).expect("a folder of ours");
    let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    names.filter(|name| !["target", ".schema-diff"].contains(&name.as_str())).collect()
}

/// What a rule says of a file with this text: `line` and what it named.
fn planted(rule: fn(&Source) -> Vec<Violation>, path: &str, text: &str) -> Vec<String> {
    let found = rule(&Source { path: path.to_owned(), text: text.to_owned() });
    let place = |violation: &Violation| violation.place.rsplit(':').next().map(str::to_owned).unwrap_or_default();
    let named = |violation: &Violation| violation.message.split('`').nth(1).map(str::to_owned).unwrap_or_default();
    found.iter().map(|violation| format!("{} {}", place(violation), named(violation))).collect()
}

#[test]
fn a_planted_import_is_found() {
    let imports = |path: &str, text: &str| planted(rules::imports, path, text);
    let plan = "schema-diff/src/plan/operations/add_table.rs";
    assert_eq!(imports(plan, "use crate::dialect::postgres;"), ["1 crate::dialect::postgres"]);
    assert_eq!(imports(plan, "\nuse super::super::super::apply::Runner;"), ["2 crate::apply::Runner"]);
    assert_eq!(imports(plan, "use crate::{change::Change, dialect::{postgres}};"), ["1 crate::dialect::postgres"]);
    assert_eq!(imports(plan, "fn f() { crate::dialect::quote() }"), ["1 crate::dialect::quote"]);
    assert_eq!(imports(plan, "fn f() { print!(\"{}\", crate::dialect::NAME) }"), ["1 crate::dialect::NAME"]);
    assert_eq!(imports(plan, "#[error(\"{}\", crate::apply::plain(.0))]"), ["1 crate::apply::plain"]);
    assert_eq!(imports(plan, "use schema_model::declare::read;"), ["1 schema_model::declare::read"]);
    assert_eq!(imports("schema-diff/src/plan.rs", "use crate::apply;"), ["1 crate::apply"]);
    assert_eq!(imports("schema-diff/model/src/table.rs", "use schema_diff::Schema;"), ["1 schema_diff::Schema"]);
    assert_eq!(imports("schema-diff/src/diff/table.rs", "use crate::plan::Step;"), ["1 crate::plan::Step"]);
    assert_eq!(
        imports("schema-diff/src/diff.rs", "use schema_model::declare::read;"),
        ["1 schema_model::declare::read"]
    );
    assert_eq!(imports("schema-diff/src/change.rs", "use crate::diff::diff;"), ["1 crate::diff::diff"]);
    assert_eq!(imports("schema-diff/src/apply/step.rs", "use crate::plan::Step;"), ["1 crate::plan::Step"]);
    assert_eq!(imports("schema-diff/src/migration/parse.rs", "use sqlx::Row;"), ["1 sqlx::Row"]);
    let dialect = "schema-diff/src/dialect/postgres/lock.rs";
    assert_eq!(imports(dialect, "use crate::dialect::sqlite::quote;"), ["1 crate::dialect::sqlite::quote"]);
    assert_eq!(imports(dialect, "use super::super::sqlite::quote;"), ["1 crate::dialect::sqlite::quote"]);
    assert_eq!(imports(dialect, "use crate::apply::Runner;"), ["1 crate::apply::Runner"]);
    assert_eq!(imports("cli/src/command/diff.rs", "use sqlx::PgPool;"), ["1 sqlx::PgPool"]);
}

#[test]
fn what_is_allowed_is_not_found() {
    let imports = |path: &str, text: &str| planted(rules::imports, path, text);
    let none: [&str; 0] = [];
    let plan = "schema-diff/src/plan/operations/add_table.rs";
    assert_eq!(imports(plan, "use crate::plan::{step::Step, order}; use super::super::step::Deed;"), none);
    assert_eq!(imports(plan, "//! crate::dialect::x\n/// crate::apply::y\nfn f() {} // sqlx::z"), none);
    assert_eq!(imports(plan, "#[cfg(test)]\nmod tests { use crate::dialect::postgres; }"), none);
    assert_eq!(imports("schema-diff/src/planet.rs", "use crate::dialect::postgres;"), none);
    assert_eq!(
        imports("schema-diff/src/diff/table.rs", "use crate::change::Change; use super::column::compare;"),
        none
    );
    assert_eq!(imports("schema-diff/src/dialect/postgres/lock.rs", "use super::quote::quote;"), none);
    // What comes after a test module counts again.
    assert_eq!(imports(plan, "#[cfg(test)] mod tests {}\nuse crate::apply::Runner;"), ["2 crate::apply::Runner"]);
}

#[test]
fn planted_sql_is_found() {
    let sql = |text: &str| planted(rules::sql_text, "schema-diff/src/apply/step.rs", text);
    let sql_texts = [
        "SELECT 1",
        "\n  SELECT a\n  FROM b",
        "INSERT INTO t VALUES (1)",
        "UPDATE t SET a = 1",
        "DELETE FROM t",
        "CREATE TABLE t ()",
        "ALTER TABLE t ADD COLUMN a int",
        "DROP INDEX CONCURRENTLY t_idx",
        "SET LOCAL lock_timeout = 100",
        "LOCK TABLE t",
        "WITH a AS (SELECT 1) SELECT 2",
        "COMMENT ON TABLE t IS NULL",
        "BEGIN",
        "select a from b",
    ];
    for text in sql_texts {
        assert_eq!(sql(&format!("fn f() {{ run({text:?}) }}")).len(), 1, "{text}");
        assert_eq!(sql(&format!("fn f() {{ run(&format!({text:?})) }}")).len(), 1, "{text}");
    }
    let messages =
        ["drop table a.b", "SET NULL", "WITHOUT", "set NOT NULL on a.b", "SELECT", "update the lock file", "CREATE it"];
    for message in messages {
        assert!(sql(&format!("fn f() {{ say({message:?}) }}")).is_empty(), "{message}");
    }
    assert!(
        sql("/// SELECT a FROM b\nfn f() {}\n#[cfg(test)]\nmod tests { const S: &str = \"SELECT 1\"; }").is_empty()
    );
    assert!(
        planted(rules::sql_text, "schema-diff/src/dialect/postgres/lock.rs", "const S: &str = \"SELECT 1\";")
            .is_empty()
    );
}

#[test]
fn a_planted_voucher_is_found() {
    let text = "// AssertSqlSafe\nuse sqlx::AssertSqlSafe; const NAME: &str = \"AssertSqlSafe\";";
    assert_eq!(planted(rules::assert_sql_safe, "schema-diff/src/apply/step.rs", text), ["2 AssertSqlSafe"]);
    assert_eq!(planted(rules::assert_sql_safe, "schema-diff/src/dialect/postgres/database.rs", text).len(), 1);
    assert!(planted(rules::assert_sql_safe, "schema-diff/src/dialect/postgres/session.rs", text).is_empty());
}

#[test]
fn a_planted_dependency_is_found() {
    let cli = "[dependencies]\nschema-diff = { workspace = true }\nsqlx = { workspace = true }\n[dev-dependencies]\nsqlx.workspace = true";
    assert_eq!(planted(rules::dependencies, "cli/Cargo.toml", cli), ["3 sqlx"]);
    let model = "[dependencies]\nschema-derive.workspace = true";
    assert_eq!(planted(rules::dependencies, "schema-diff/model/Cargo.toml", model), ["2 schema-derive"]);
}

#[test]
fn a_planted_folder_is_found() {
    let mut names: Vec<String> = ["Cargo.toml", "scripts"].map(str::to_owned).to_vec();
    let odd = rules::top_level(&names);
    assert_eq!(odd[0].place, "scripts");
    assert!(odd.iter().any(|violation| violation.place == "tests" && violation.message == "is missing"));
    names.clear();
    assert!(!rules::top_level(&names).is_empty());
}
