//! The way back of a column that has no old form: what only the new release has written is asked for.

use sqlx::Connection;
use tests::{Application, Server, majors};

const OLD: &str = "/// A user.\n#[derive(Schema)]\n#[db(table = \"users\")]\npub struct User {\n    #[db(primary_key)]\n    pub id: i64,\n}\n";
const NEW: &str = "/// A user.\n#[derive(Schema)]\n#[db(table = \"users\")]\npub struct User {\n    #[db(primary_key)]\n    pub id: i64,\n    #[db(backfill = \"'unknown'\")]\n    pub country: String,\n}\n";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn values_of_the_new_release_are_not_dropped_unasked() {
    for major in majors() {
        let database = Server::shared(major).await.fresh_database().await;
        let application = Application::applied(OLD, &database.url).await;
        database.execute("INSERT INTO users SELECT generate_series(1, 5)").await;
        application.migrate_to(NEW, &[]).await;
        application.run(&["apply"]).await.expect_code(0);
        // Nobody has written anything: back and forth again.
        application.run(&["rollback"]).await.expect_code(0);
        application.run(&["apply"]).await.expect_code(0);
        database.execute("INSERT INTO users (id) VALUES (6); UPDATE users SET country = 'Peru' WHERE id < 3").await;

        let refused = application.run(&["rollback"]).await.expect_code(5);
        let words = "values of public.users.country that only the new release has written: 2 rows";
        assert!(
            refused.stderr.contains(words) && refused.stderr.contains("--allow drop:users.country"),
            "{}",
            refused.stderr
        );
        let unknown = application.run(&["rollback", "--allow", "drop:users.city"]).await.expect_code(2);
        assert!(unknown.stderr.contains("drop:users.city"), "{}", unknown.stderr);
        assert_eq!(database.value("SELECT count(*) FROM users WHERE country = 'Peru'").await, "2");
        assert!(application.run(&["status"]).await.stdout.contains("open"));

        application.run(&["rollback", "--allow", "drop:users.country"]).await.expect_code(0);
        assert_eq!(database.value("SELECT count(*) FROM users").await, "6");
        application.run(&["apply"]).await.expect_code(0);
        application.run(&["confirm", "v2"]).await.expect_code(0);
        application.run(&["contract"]).await.expect_code(0);
    }
}

/// Release N reads an `Option` where the database refuses NULL; release N+1 writes NULL there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn null_that_the_old_form_refuses_is_told_before_anything_is_taken_back() {
    let old = OLD.replace("}\n", "    #[db(not_null)]\n    pub nick: Option<String>,\n}\n");
    for major in majors() {
        let database = Server::shared(major).await.fresh_database().await;
        let application = Application::applied(&old, &database.url).await;
        database.execute("INSERT INTO users SELECT n, 'nick' FROM generate_series(1, 5) AS n").await;
        application.migrate_to(OLD, &["--allow", "drop:users.nick"]).await;
        application.run(&["apply"]).await.expect_code(0);
        database.execute("INSERT INTO users (id) VALUES (6), (7)").await;
        let refused = application.run(&["rollback"]).await.expect_code(5);
        assert!(refused.stderr.contains("in which nick is NULL: 2 "), "{}", refused.stderr);
        assert!(application.run(&["status"]).await.stdout.contains("open"));
        database.execute("INSERT INTO users (id) VALUES (8); UPDATE users SET nick = 'none' WHERE nick IS NULL").await;
        application.run(&["rollback"]).await.expect_code(0);
        let refuses = "SELECT attnotnull FROM pg_attribute WHERE attrelid = 'users'::regclass AND attname = 'nick'";
        assert_eq!(database.value(refuses).await, "t");
        let checks = "SELECT count(*) FROM pg_constraint WHERE conrelid = 'users'::regclass AND contype = 'c'";
        assert_eq!(database.value(checks).await, "0");
    }
}

/// A way back that was only waited for was not gone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_way_back_that_was_killed_while_it_waited_is_still_to_be_gone() {
    let database = Server::shared(majors()[0]).await.fresh_database().await;
    let application = Application::applied(OLD, &database.url).await;
    application.migrate_to(NEW, &[]).await;
    application.run(&["apply"]).await.expect_code(0);
    let closed = database.window(120, 180).await;
    let waiting = application.spawn(&["rollback", "--between", &closed]);
    // It has looked at the clock, tells so, and sleeps.
    let looked = "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'schema-diff%' AND application_name NOT LIKE '%heartbeat%' AND state = 'idle' AND state_change < clock_timestamp() - interval '1 second'";
    database.wait_for(looked, 60).await;
    let told = waiting.kill();
    assert!(told.stdout.contains("it goes on at"), "{}{}", told.stdout, told.stderr);
    application.run(&["rollback"]).await.expect_code(0);
    let column = "SELECT count(*) FROM pg_attribute WHERE attrelid = 'users'::regclass AND attname = 'country'";
    assert_eq!(database.value(column).await, "0");
}

/// The new form holds more than the old one does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_old_form_rounds_is_not_dropped_unasked() {
    let old = OLD.replace("}\n", "    pub cents: i32,\n}\n");
    let field = "    #[db(type = \"numeric\", renamed_from = \"cents\", using = \"cents::numeric\", back = \"round(exact)::integer\")]\n    pub exact: String,\n}\n";
    for major in majors() {
        let database = Server::shared(major).await.fresh_database().await;
        let application = Application::applied(&old, &database.url).await;
        database.execute("INSERT INTO users SELECT n, n FROM generate_series(1, 5) AS n").await;
        application.migrate_to(&OLD.replace("}\n", field), &[]).await;
        application.run(&["apply"]).await.expect_code(0);
        application.run(&["rollback"]).await.expect_code(0);
        application.run(&["apply"]).await.expect_code(0);
        database.execute("UPDATE users SET exact = 2.5 WHERE id = 3; UPDATE users SET exact = 4 WHERE id = 4").await;
        let refused = application.run(&["rollback"]).await.expect_code(5);
        let words = "values of public.users.exact that only the new release has written: 1 row";
        assert!(
            refused.stderr.contains(words) && refused.stderr.contains("--allow drop:users.exact"),
            "{}",
            refused.stderr
        );
        application.run(&["rollback", "--allow", "drop:users.exact"]).await.expect_code(0);
        assert_eq!(database.value("SELECT string_agg(cents::text, ',' ORDER BY id) FROM users").await, "1,2,3,4,5");
    }
}

/// An old instance wrote while the contract was tightening: it is stopped, and the release confirmed once more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_contract_that_found_a_late_writer_is_confirmed_again() {
    let old = OLD.replace("}\n", "    pub nick: Option<String>,\n}\n");
    let new = OLD.replace("}\n", "    #[db(renamed_from = \"nick\")]\n    pub name: Option<String>,\n}\n");
    let database = Server::shared(majors()[0]).await.fresh_database().await;
    let application = Application::applied(&old, &database.url).await;
    application.migrate_to(&new, &[]).await;
    application.run(&["apply"]).await.expect_code(0);
    application.run(&["confirm", "v2"]).await.expect_code(0);
    let mut reader = sqlx::PgConnection::connect(&database.url).await.expect("a connection");
    sqlx::raw_sql("BEGIN; SELECT count(*) FROM users").execute(&mut reader).await.expect("the table");
    application.run(&["contract", "--lock-patience", "1"]).await.expect_code(6);
    sqlx::raw_sql("COMMIT").execute(&mut reader).await.expect("a session");
    database.execute("INSERT INTO users (id, nick) VALUES (1, 'late')").await;
    let closed = application.run(&["contract"]).await.expect_code(5);
    assert!(closed.stderr.contains("cargo schema confirm"), "{}", closed.stderr);
    application.run(&["confirm", "v2"]).await.expect_code(0);
    application.run(&["contract"]).await.expect_code(0);
    assert_eq!(database.value("SELECT name FROM users").await, "late");
}
