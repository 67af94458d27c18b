//! Migrations that were compiled in, and as sqlx's own migrator.

use schema_diff::Migrator;
use schema_diff::dialect::postgres::history::MigrationState;
use tests::oracle::{Oracle, difference};
use tests::workload::rename::Rename;
use tests::{Application, Database, Server, build, majors};

use crate::support::listing;

static BOOKSTORE: Migrator = schema_diff::migrations!("../examples/bookstore/migrations");

#[test]
fn what_is_compiled_in_is_what_lies_in_the_folder() {
    let folder = Migrator::load(build::workspace().join("examples/bookstore/migrations")).expect("its folder");
    let (embedded, loaded) =
        (BOOKSTORE.migrations().expect("its migrations"), folder.migrations().expect("its migrations"));
    assert_eq!(embedded.len(), 3);
    for (embedded, loaded) in embedded.iter().zip(&loaded) {
        assert_eq!((&embedded.checksum, &embedded.manifest), (&loaded.checksum, &loaded.manifest));
        assert_eq!((&embedded.steps, &embedded.undo), (&loaded.steps, &loaded.undo));
    }
    assert_eq!(embedded[0].path.parent(), Some(std::path::Path::new("../examples/bookstore/migrations")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_database_gets_all_phases_and_the_next_start_does_nothing() {
    for major in majors() {
        let database = Server::shared(major).await.fresh_database().await;
        let outcome = BOOKSTORE.apply(&database.pool).await.expect("it is brought up");
        assert_eq!(outcome.done.len(), 3);
        assert!(outcome.done.iter().all(|done| done.state == MigrationState::Done), "{outcome:?}");
        // A role that may do no more than read the history is enough for a start with nothing to do.
        let role = format!("reader_{}", rand::random::<u32>());
        database
            .execute(format!("CREATE ROLE {role} LOGIN; GRANT SELECT ON _schema_migrations, _schema_steps TO {role}"))
            .await;
        let options = database.pool.connect_options();
        let pool = sqlx::PgPool::connect_lazy_with((*options).clone().username(&role));
        assert!(BOOKSTORE.apply(&pool).await.expect("it starts").done.is_empty());
        database.execute(format!("DROP OWNED BY {role}; DROP ROLE {role}")).await;
    }
}

/// Everything but the tables of both tools.
async fn listing_without_sqlx(database: &Database) -> Vec<String> {
    database.execute("DROP TABLE IF EXISTS _sqlx_migrations").await;
    Oracle::of(&["public"]).without_history().listing(&database.pool).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlxs_own_migrator_makes_the_same() {
    let migrator = BOOKSTORE.to_sqlx().expect("a migrator");
    for major in majors() {
        let server = Server::shared(major).await;
        let (ours, sqlxs) = (server.fresh_database().await, server.fresh_database().await);
        BOOKSTORE.apply_all_phases(&ours.pool).await.expect("it is brought up");
        migrator.run(&sqlxs.pool).await.expect("it is brought up");
        assert_eq!(difference(&listing(&ours).await, &listing_without_sqlx(&sqlxs).await), "", "- ours, + sqlx's");
        let error = migrator.run(&ours.pool).await.expect_err("that one has a history");
        assert!(error.to_string().contains("has a history of cargo schema"), "{error}");
    }
}

/// Rows that a migration brings along would have to be filled by a later one: never left out silently.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlxs_own_migrator_leaves_no_row_unfilled() {
    for major in majors() {
        let server = Server::shared(major).await;
        let rename = Rename::indexed(3);
        let first = server.fresh_database().await;
        let application = Application::applied(&rename.old_source(), &first.url).await;
        application.run(&["new", "some_users"]).await.expect_code(0);
        let seed = application.newest_migration().join("1_expand.sql");
        std::fs::write(&seed, format!("--! step 1: some users\n{};\n", rename.load())).expect("written");
        application.run(&["apply"]).await.expect_code(0);
        application.migrate_to(&rename.new_source(), &[]).await;
        let migrator = Migrator::load(application.path().join("migrations")).expect("its migrations");
        let database = server.fresh_database().await;
        let error = migrator.to_sqlx().expect("a migrator").run(&database.pool).await.expect_err("rows to be filled");
        assert!(error.to_string().contains("there are rows, and sqlx's migrator can't fill them"), "{error}");
        let database = server.fresh_database().await;
        migrator.apply_all_phases(&database.pool).await.expect("ours fills them");
        assert_eq!(database.value("SELECT count(*) FROM users WHERE display_name = 'user ' || id").await, "3");
    }
}
