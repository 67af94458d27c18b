//! Rows in which both forms disagree are shown with key and both values, and put right from the side that is right.

use tests::majors;
use tests::workload::rename::{Rename, UNEQUAL};
use tests::{Application, Database, Server};

use crate::support::Subject;

/// Writes as if our triggers weren't there, as a careless restore does.
async fn behind_the_triggers(database: &Database, table: &str, update: &str) {
    let names = format!("SELECT tgname FROM pg_trigger WHERE tgrelid = '{table}'::regclass AND NOT tgisinternal");
    let always: Vec<String> = database
        .rows(names)
        .await
        .iter()
        .map(|name| format!("ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"))
        .collect();
    let sql = format!("BEGIN; ALTER TABLE {table} DISABLE TRIGGER USER; {update}; {}; COMMIT", always.join("; "));
    database.execute(sql).await;
}

async fn version(application: &Application) -> String {
    let name = application.newest_migration();
    name.file_name()
        .and_then(|name| name.to_str())
        .and_then(|name| name.split('_').next())
        .expect("a version")
        .to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unequal_rows_are_shown_and_put_right() {
    for major in majors() {
        let subject = Subject::new(major, Rename::indexed(2_000)).await;
        let run = async |arguments: &[&str]| subject.application.run(arguments).await;
        let version = version(&subject.application).await;
        let early = run(&["repair", &version, "--from", "old"]).await.expect_code(5);
        assert!(early.stderr.contains("is not open with its backfill complete"), "{}", early.stderr);
        run(&["apply"]).await.expect_code(0);
        run(&["confirm", "v2"]).await.expect_code(0);
        let equal = run(&["status", "--verify"]).await.expect_code(0);
        assert!(
            equal.stdout.contains("rows of public.users in which user_name and display_name disagree: 0"),
            "{}",
            equal.stdout
        );
        behind_the_triggers(&subject.database, "users", "UPDATE users SET user_name = 'it''s ' || id WHERE id <= 1200")
            .await;

        let row = "id = 1, user_name = 'it''s 1', display_name = 'user 1'";
        let closed = run(&["contract"]).await.expect_code(5);
        assert!(closed.stderr.contains("disagree: 1200 (the query stands in "), "{}", closed.stderr);
        assert!(closed.stderr.contains(row) && closed.stderr.contains("and 1195 more"), "{}", closed.stderr);
        assert!(
            closed.stderr.contains(&format!("cargo schema repair {version} --from old --dry-run")),
            "{}",
            closed.stderr
        );
        let unequal = run(&["status", "--verify"]).await.expect_code(0);
        assert!(unequal.stdout.contains("disagree: 1200") && unequal.stdout.contains(row), "{}", unequal.stdout);
        run(&["status", "--verify", "--exit-code"]).await.expect_code(3);
        let json = run(&["status", "--verify", "--format", "json"]).await.expect_code(0).stdout;
        let document: serde_json::Value = serde_json::from_str(&json).expect("one document");
        assert_eq!(document["verified"][0]["counted"][0]["found"], 1200, "{json}");
        assert_eq!(document["migrations"][1]["state"], "open", "{json}");

        let sample = run(&["status", "--verify", "--sample", "100000"]).await.expect_code(0).stdout;
        assert!(sample.contains("disagree: 1200 among 2000 chosen at random"), "{sample}");
        let json = run(&["status", "--verify", "--sample", "1", "--format", "json"]).await.expect_code(0).stdout;
        let document: serde_json::Value = serde_json::from_str(&json).expect("one document");
        let sampled = document["verified"][0]["counted"][0]["sampled"].as_i64();
        assert!(sampled.is_some_and(|rows| rows < 2_000), "a page, or none: {json}");

        let dry = run(&["repair", &version, "--from", "old", "--dry-run"]).await.expect_code(0);
        assert!(
            dry.stdout.contains(row)
                && dry.stdout.contains("of a first batch of at most 500, 500 would get a new value"),
            "{}",
            dry.stdout
        );
        assert_eq!(subject.database.value(UNEQUAL).await, "1200", "nothing was changed");
        // Writers are at work meanwhile: a row that they have locked is passed over, and not overwritten.
        let mut writer = subject.session("BEGIN; UPDATE users SET display_name = 'newer' WHERE id = 7").await;
        let partly = run(&["repair", &version, "--from", "old"]).await.expect_code(5);
        assert!(partly.stdout.contains("1199 rows are in step again, 1 still disagree"), "{}", partly.stdout);
        writer.run("COMMIT").await;
        let both = "SELECT user_name, display_name FROM users WHERE id = 7";
        assert_eq!(subject.database.value(both).await, "newer | newer");
        run(&["repair", &version, "--from", "old"]).await.expect_code(0);
        let right = "SELECT count(*) FROM users WHERE id <= 1200 AND id <> 7 AND display_name = 'it''s ' || id AND user_name = display_name";
        assert_eq!(subject.database.value(right).await, "1199");

        behind_the_triggers(&subject.database, "users", "UPDATE users SET display_name = 'new ' || id WHERE id <= 3")
            .await;
        run(&["repair", &version, "--from", "new"]).await.expect_code(0);
        assert_eq!(
            subject.database.value("SELECT user_name, display_name FROM users WHERE id = 3").await,
            "new 3 | new 3"
        );
        subject.contract(None).await;
        subject.is_like_made_anew().await;
    }
}

/// The new form is finer than the old one: bringing the old one in step by it would make the trigger round the new one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_value_that_the_way_back_would_change_is_kept() {
    let source = |field: &str| {
        format!(
            "#[derive(Schema)]\n#[db(table = \"prices\")]\npub struct Price {{\n#[db(primary_key, identity)]\npub id: i64,\n{field}\n}}\n"
        )
    };
    for major in majors() {
        let database = Server::shared(major).await.fresh_database().await;
        let application = Application::applied(&source("pub cents: Option<i32>,"), &database.url).await;
        database.execute("INSERT INTO prices (cents) SELECT n FROM generate_series(1, 6) AS n").await;
        let field = "#[db(type = \"numeric\", renamed_from = \"cents\", using = \"cents::numeric\", back = \"round(exact)::integer\")]\npub exact: Option<String>,";
        application.migrate_to(&source(field), &[]).await;
        application.run(&["apply"]).await.expect_code(0);
        let version = version(&application).await;
        let update = "UPDATE prices SET exact = 20 WHERE id = 1; UPDATE prices SET exact = 20.5 WHERE id = 2; UPDATE prices SET exact = NULL WHERE id = 3; UPDATE prices SET cents = NULL WHERE id = 4";
        behind_the_triggers(&database, "prices", update).await;
        let left = application.run(&["repair", &version, "--from", "new"]).await.expect_code(5);
        assert!(left.stdout.contains("1 rows") || left.stdout.contains("2 rows"), "{}", left.stdout);
        assert!(left.stdout.contains("id = 2, cents = 2, exact = 20.5"), "{}", left.stdout);
        let all = "SELECT id, cents, exact FROM prices ORDER BY id";
        assert_eq!(
            database.rows(all).await,
            ["1 | 20 | 20", "2 | 2 | 20.5", "3 | 3 | ∅", "4 | 4 | 4", "5 | 5 | 5", "6 | 6 | 6"]
        );
        // From the old side the person says that the finer value is wrong.
        application.run(&["repair", &version, "--from", "old"]).await.expect_code(0);
        assert_eq!(database.rows(all).await[1..3], ["2 | 2 | 2", "3 | 3 | 3"]);
    }
}
