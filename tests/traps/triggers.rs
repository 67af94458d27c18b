//! The application's own triggers beside ours: they fire in the byte order of their names.

use tests::majors;

use crate::support::Trap;

const LAST: &str = "SELECT tgname FROM pg_trigger WHERE tgrelid = 't'::regclass AND NOT tgisinternal
    ORDER BY tgname COLLATE \"C\" DESC LIMIT 1";

#[tokio::test]
async fn ours_fire_after_every_trigger_that_is_there() {
    for major in majors() {
        for name in ["a", "zzz", "~x", "~~~~", "é"] {
            let prepare = format!(
                "CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.note := 'seen'; RETURN NEW; END $$;
                 CREATE TRIGGER \"{name}\" BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION stamp()"
            );
            let trap = Trap::new(major, "", "String", &prepare, &["--strategy", "t=fire"]).await;
            trap.apply().await;
            let last = trap.database.value(LAST).await;
            assert!(last.contains("schema_sync"), "{last} fires last, on {major}");
            assert_eq!(trap.after("INSERT INTO t (id, o) VALUES (1, 'a')", 1).await, "a | a");
            trap.contract().await;
        }
    }
}

#[tokio::test]
async fn one_that_is_made_since_expand_closes_the_contract() {
    for major in majors() {
        let trap = Trap::new(major, "", "String", "INSERT INTO t (id, o) VALUES (1, 'a')", &[]).await;
        trap.apply().await;
        trap.database
            .execute(
                "CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.n := 'late'; RETURN NEW; END $$;
                 CREATE TRIGGER zzz_late BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION late()",
            )
            .await;
        trap.application.run(&["confirm", "v2"]).await.expect_code(0);
        let refused = trap.application.run(&["contract"]).await.expect_code(5);
        assert!(refused.stderr.contains("trigger zzz_late on public.t fires after"), "{}", refused.stderr);
        trap.database.execute("ALTER TRIGGER zzz_late ON t RENAME TO a_late").await;
        trap.application.run(&["contract"]).await.expect_code(0);
    }
}

/// A trigger that normalises the old column: one of ours before it would miss what it does, one after it would give
/// the new release's values as they are. So there is a pair.
#[tokio::test]
async fn a_trigger_that_normalises_the_old_column_works_for_both() {
    let prepare = "INSERT INTO t (id, o) VALUES (1, 'old');
        CREATE FUNCTION low() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.o := lower(NEW.o); RETURN NEW; END $$;
        CREATE TRIGGER low BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION low()";
    for major in majors() {
        let trap = Trap::new(major, "", "String", prepare, &["--strategy", "t=fire"]).await;
        trap.apply().await;
        for (statement, id, wanted) in [
            ("INSERT INTO t (id, o) VALUES (2, 'ABC')", 2, "abc | abc"),
            ("INSERT INTO t (id, n) VALUES (3, 'XYZ')", 3, "xyz | xyz"),
            ("UPDATE t SET n = 'DEF' WHERE id = 1", 1, "def | def"),
            ("UPDATE t SET o = 'GHI' WHERE id = 1", 1, "ghi | ghi"),
            ("UPDATE t SET note = 'X' WHERE id = 1", 1, "ghi | ghi"),
            ("UPDATE t SET n = n || 'J' WHERE id = 3", 3, "xyzj | xyzj"),
        ] {
            assert_eq!(trap.after(statement, id).await, wanted, "{statement} on {major}");
        }
        // A body isn't known to the server as a dependent: so the plan says what must be done before the contract.
        let hazard = "the functions of these triggers of public.t name o: low;";
        assert!(trap.plan.contains(hazard), "{}", trap.plan);
        // The application's function goes on to the new name together with the new release.
        trap.application.run(&["confirm", "v2"]).await.expect_code(0);
        trap.database
            .execute("CREATE OR REPLACE FUNCTION low() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.n := lower(NEW.n); RETURN NEW; END $$")
            .await;
        trap.application.run(&["contract"]).await.expect_code(0);
        trap.database.execute("INSERT INTO t (id, n) VALUES (9, 'NEW')").await;
        assert_eq!(trap.database.value("SELECT n FROM t WHERE id = 9").await, "new");
    }
}

#[tokio::test]
async fn updated_at_is_left_alone_by_a_silent_backfill_only() {
    let prepare = "INSERT INTO t (id, o) SELECT n, 'a' FROM generate_series(1, 1500) AS n;
        CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.updated_at := now(); RETURN NEW; END $$;
        CREATE TRIGGER touch BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch()";
    let source = |column: &str, attributes: &str| {
        format!(
            "/// A thing.
#[derive(Schema)]
#[db(table = \"t\")]
pub struct Thing {{
    #[db(primary_key)]
    pub id: i64,
    {attributes}
    pub {column}: String,
    #[db(default = \"'2001-01-01'\", type = \"timestamptz\")]
    pub updated_at: String,
}}
"
        )
    };
    for major in majors() {
        for (strategy, touched) in [("silent", "0"), ("fire", "1500")] {
            let database = tests::Server::shared(major).await.fresh_database().await;
            let application = tests::Application::applied(&source("o", ""), &database.url).await;
            database.execute(prepare).await;
            let new = source("n", "#[db(renamed_from = \"o\")]");
            application.source(&new);
            let open = application.run(&["diff", "--write"]).await.expect_code(2);
            assert!(open.stderr.contains("touch") && open.stderr.contains("--strategy t=silent"), "{}", open.stderr);
            let plan = application.migrate_to(&new, &["--strategy", &format!("t={strategy}")]).await;
            assert!(plan.stdout.contains("hazard application-triggers:"), "{}", plan.stdout);
            application.run(&["apply"]).await.expect_code(0);
            let query =
                "SELECT count(*) FILTER (WHERE updated_at > '2002-01-01'), count(*) FILTER (WHERE n = o) FROM t";
            assert_eq!(database.value(query).await, format!("{touched} | 1500"), "{strategy} on {major}");
            // Writers go on being stamped, whatever the backfill did.
            database.execute("UPDATE t SET o = 'b' WHERE id = 1").await;
            assert_eq!(database.value("SELECT updated_at > '2002-01-01' AND n = 'b' FROM t WHERE id = 1").await, "t");
        }
    }
}

/// The application's trigger that fires on `UPDATE OF` the old column wouldn't fire on the new release's writes, and
/// would be in the way of the contract.
#[tokio::test]
async fn a_trigger_on_update_of_the_old_column_is_named_before_anything() {
    let prepare =
        "CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.note := 'seen'; RETURN NEW; END $$;
        CREATE TRIGGER stamp BEFORE UPDATE OF o ON t FOR EACH ROW EXECUTE FUNCTION stamp()";
    let database = tests::Server::shared(majors()[0]).await.fresh_database().await;
    let application = tests::Application::applied(&crate::support::source("o", "", "String", ""), &database.url).await;
    database.execute(prepare).await;
    application.source(&crate::support::source("n", "renamed_from = \"o\"", "String", ""));
    let refused = application.run(&["diff", "--write"]).await;
    println!("{refused:?}");
    assert_ne!(refused.code(), 0);
    assert!(refused.stderr.contains("stamp"), "{}", refused.stderr);
}
