//! The example application.

use schema_model::declare::{CrateRoot, read};
use tests::{CargoSchema, Server, build, majors};

/// `#[sqlx::test]` wants DATABASE_URL, which must be there before its process starts: so the bookstore's tests are run
/// from here, each on a database that sqlx makes on our server. `--workspace` lets cargo take what it has built
/// already.
#[tokio::test]
async fn the_bookstores_tests_pass_on_every_server() {
    for major in majors() {
        let url = Server::shared(major).await.scratch().url("postgres");
        let mut cargo = build::cargo("test");
        cargo.args(["--quiet", "--workspace", "--features", "bookstore/database-tests", "--test", "shop"]);
        cargo.env("DATABASE_URL", url);
        let output =
            tokio::task::spawn_blocking(move || cargo.output()).await.expect("no panic").expect("cargo starts");
        let (said, complained) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "PostgreSQL {major}:\n{said}\n{complained}");
        assert!(said.contains("5 passed"), "PostgreSQL {major}: not all of its tests were run:\n{said}\n{complained}");
    }
}

/// What the command line reads of the application, without a compiler.
#[test]
fn the_bookstores_tables_are_read_from_its_source() {
    let source = build::workspace().join("examples/bookstore/src");
    let library = CrateRoot {
        package: "bookstore".to_owned(),
        library: Some("bookstore".to_owned()),
        file: source.join("lib.rs"),
        ..CrateRoot::default()
    };
    let binary = CrateRoot { package: "bookstore".to_owned(), file: source.join("main.rs"), ..CrateRoot::default() };
    let declared = read(&[library, binary]).expect("nothing is wrong there");
    let tables: Vec<_> = declared.catalog.tables.keys().map(|name| name.name.as_str()).collect();
    assert_eq!(
        tables,
        ["authors", "book_authors", "books", "categories", "customers", "order_items", "orders", "reviews"]
    );
    let types: Vec<_> = declared.catalog.enums.keys().map(|name| name.name.as_str()).collect();
    assert_eq!(types, ["book_format", "order_status"]);
}

/// The committed migrations lead to what the structs say.
#[tokio::test]
async fn the_bookstores_migrations_agree_with_its_structs() {
    for major in majors() {
        let database = Server::shared(major).await.fresh_database().await;
        let bookstore = build::workspace().join("examples/bookstore");
        let program = CargoSchema::in_directory(bookstore).database(&database.url);
        program.run(&["apply"]).expect_code(0);
        let outcome = program.run(&["diff", "--exit-code"]).expect_code(0);
        assert!(outcome.stdout.contains("no difference"), "PostgreSQL {major}: {}", outcome.stdout);
    }
}
