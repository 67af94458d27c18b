//! A new crate outside this repository: three commands lead to a migrated database.

use std::collections::BTreeMap;
use std::path::Path;

use tempfile::TempDir;
use tests::{CargoSchema, Database, Server, build, majors};

const FIRST: &str = r#"
use schema_diff::Schema;

#[derive(Schema, sqlx::FromRow)]
struct Author {
    #[db(primary_key, identity)]
    id: i64,
    #[db(unique)]
    name: String,
}

#[derive(Schema, sqlx::FromRow)]
struct Book {
    #[db(primary_key, identity)]
    id: i64,
    #[db(references(Author::id), index)]
    author: i64,
    #[db(default = 0, check(stock >= 0))]
    stock: i32,
}

fn main() {}
"#;

/// A crate with that source, in a folder of its own.
fn new_crate(source: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let library = build::workspace().join("schema-diff");
    let manifest = format!(
        "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
         [dependencies]\nschema-diff = {{ path = {library:?} }}\nsqlx = \"0.9\"\n\n[workspace]\n"
    );
    std::fs::write(folder.path().join("Cargo.toml"), manifest).expect("written");
    std::fs::create_dir(folder.path().join("src")).expect("made");
    write_source(&folder, source);
    folder
}

fn write_source(folder: &TempDir, source: &str) {
    std::fs::write(folder.path().join("src/main.rs"), source).expect("written");
}

fn program(folder: &TempDir, database: &Database) -> CargoSchema {
    CargoSchema::in_directory(folder).database(&database.url)
}

/// Every file of the migrations and the lock; folders without their versions.
fn written(folder: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    files.insert("schema.lock".to_owned(), std::fs::read_to_string(folder.join("schema.lock")).expect("a lock file"));
    for migration in std::fs::read_dir(folder.join("migrations")).expect("a folder of migrations") {
        let migration = migration.expect("an entry").path();
        let name = migration.file_name().expect("a name").to_string_lossy().into_owned();
        let (version, name) = name.split_once('_').expect("VERSION_NAME");
        assert_eq!(version.len(), 14, "{version}");
        for file in std::fs::read_dir(&migration).expect("a folder") {
            let file = file.expect("an entry");
            let text = std::fs::read_to_string(file.path()).expect("text");
            files.insert(format!("{name}/{}", file.file_name().to_string_lossy()), text);
        }
    }
    files
}

#[tokio::test]
async fn three_commands_lead_to_a_migrated_database() {
    for major in majors() {
        let database = Server::shared(major).await.fresh_database().await;
        let folder = new_crate(FIRST);
        let program = program(&folder, &database);
        program.run(&["schema", "init"]).expect_code(0);
        program.run(&["schema", "diff", "--write"]).expect_code(0);
        program.run(&["schema", "apply"]).expect_code(0);
        database.execute("INSERT INTO author (name) VALUES ('a'); INSERT INTO book (author) VALUES (1)").await;
        assert_eq!(database.rows("SELECT author, stock FROM book").await, ["1 | 0"]);
        database.attempt("INSERT INTO book (author) VALUES (2)").await.expect_err("no such author");

        let outcome = program.run(&["diff", "--exit-code"]).expect_code(0);
        assert!(outcome.stdout.contains("no difference"), "{}", outcome.stdout);
        let before = written(folder.path());
        program.run(&["diff", "--write"]).expect_code(0);
        assert_eq!(written(folder.path()), before, "PostgreSQL {major}: there was nothing to write");
    }
}

#[tokio::test]
async fn a_difference_is_written_once_and_the_history_is_replayed() {
    for major in majors() {
        let server = Server::shared(major).await;
        let database = server.fresh_database().await;
        let folder = new_crate(FIRST);
        let program = program(&folder, &database);
        program.run(&["init"]).expect_code(0);
        program.run(&["diff", "--write"]).expect_code(0);
        program.run(&["apply"]).expect_code(0);

        let renamed = "#[db(default = 0, check(copies >= 0), renamed_from = \"stock\")]\n    copies: i32,";
        write_source(&folder, &FIRST.replace("#[db(default = 0, check(stock >= 0))]\n    stock: i32,", renamed));
        program.run(&["diff", "--exit-code"]).expect_code(3);
        program.run(&["diff", "--write"]).expect_code(0);
        let once = written(folder.path());
        assert_eq!(once.keys().filter(|file| file.ends_with("migration.toml")).count(), 2);
        program.run(&["diff", "--write"]).expect_code(0);
        assert_eq!(written(folder.path()), once, "PostgreSQL {major}: the second time there was nothing to write");

        let empty = server.fresh_database().await;
        program.clone().database(&empty.url).run(&["apply"]).expect_code(0);
        let columns = "SELECT attname FROM pg_attribute WHERE attrelid = 'book'::regclass AND attnum > 0
                       AND NOT attisdropped ORDER BY 1";
        assert_eq!(empty.rows(columns).await, ["author", "copies", "id"]);
        program.database(&empty.url).run(&["diff", "--exit-code"]).expect_code(0);
    }
}

#[tokio::test]
async fn the_same_input_gives_the_same_bytes() {
    let server = Server::shared(majors()[0]).await;
    let mut first = None;
    for _ in 0..2 {
        let database = server.fresh_database().await;
        let folder = new_crate(FIRST);
        let program = program(&folder, &database);
        program.run(&["init"]).expect_code(0);
        program.run(&["diff", "--write"]).expect_code(0);
        let files = written(folder.path());
        assert_eq!(*first.get_or_insert_with(|| files.clone()), files);
    }
}
