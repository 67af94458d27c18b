//! The way back of a column that has no old form: what only the new release has written is asked for.

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
