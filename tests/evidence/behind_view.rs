//! Names that change in place, behind a view: what leans on that view would stand in the way of its end.

use tests::{Application, Server, majors};

use crate::support::{Subject, source};

impl Subject {
    /// The column is renamed in place: until the contract `t` is a view.
    async fn behind_a_view(major: schema_diff::embedded::Major) -> Self {
        let new = source("n", "#[db(renamed_from = \"o\")]");
        Self::changed(major, &new, &["--strategy", "t.n=view"]).await
    }

    async fn changed(major: schema_diff::embedded::Major, new: &str, flags: &[&str]) -> Self {
        let database = Server::shared(major).await.fresh_database().await;
        let application = Application::applied(&source("o", ""), &database.url).await;
        database.execute("CREATE VIEW before AS SELECT id, o FROM t").await;
        application.migrate_to(new, flags).await;
        application.run(&["apply"]).await.expect_code(0);
        Self { database, application }
    }
}

#[tokio::test]
async fn what_leans_on_the_view_that_stands_for_a_table_closes_it() {
    for major in majors() {
        let subject = Subject::behind_a_view(major).await;
        subject.confirm().await;
        for (create, drop, words) in [
            ("CREATE VIEW v AS SELECT n FROM t", "DROP VIEW v", "view public.v leans on public.t"),
            (
                "CREATE MATERIALIZED VIEW m AS SELECT count(*) FROM t",
                "DROP MATERIALIZED VIEW m",
                "materialized view public.m leans on public.t",
            ),
            (
                "CREATE FUNCTION f(t) RETURNS text LANGUAGE sql AS $$ SELECT $1.n $$",
                "DROP FUNCTION f(t)",
                "function f(t) leans on public.t",
            ),
            ("CREATE TABLE w (was t)", "DROP TABLE w", "column was of table w leans on public.t"),
            (
                "CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT o FROM t LIMIT 1); END $$",
                "DROP FUNCTION f()",
                "function f() names public.t.o",
            ),
        ] {
            subject.database.execute(create).await;
            let refused = subject.is_closed_by(&["dependents"]).await;
            assert!(refused.stderr.contains(words), "{words}: {}", refused.stderr);
            subject.database.execute(drop).await;
        }
        // What was there before uses the table by its number, and follows.
        subject.contract().await;
        let columns = "SELECT string_agg(column_name, ' ') FROM information_schema.columns WHERE table_name = 'before'";
        assert_eq!(subject.database.value(columns).await, "id o");
    }
}

#[tokio::test]
async fn what_uses_a_table_that_is_renamed_follows_and_what_uses_the_view_closes_it() {
    for major in majors() {
        let new = source("o", "").replace("table = \"t\"", "table = \"things\", renamed_from = \"t\"");
        let subject = Subject::changed(major, &new, &[]).await;
        subject.confirm().await;
        subject.database.execute("CREATE VIEW v AS SELECT o FROM things").await;
        let refused = subject.is_closed_by(&["dependents"]).await;
        assert!(refused.stderr.contains("view public.v leans on public.things"), "{}", refused.stderr);
        subject.database.execute("DROP VIEW v").await;
        subject.contract().await;
        assert_eq!(subject.database.value("SELECT count(*) FROM before").await, "0");
    }
}
