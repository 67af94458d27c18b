//! What the server knows: statements that have run, what depends on the column, who receives it.

use tests::majors;

use crate::support::Subject;

#[tokio::test]
async fn a_statement_that_names_the_old_form_closes_it() {
    let subject = Subject::observed().await;
    subject.database.execute("CREATE EXTENSION pg_stat_statements").await;
    let read = "SELECT o FROM t WHERE id = 1";
    subject.database.rows(read).await;
    subject.confirm().await;
    // What we count ourselves names the column too, and what the new release reads doesn't.
    subject.application.run(&["status", "--verify"]).await.expect_code(0);
    subject.database.rows("SELECT n AS o FROM t WHERE id = 1").await;
    let status = subject.status().await;
    assert!(status.contains("gate open         statements: no statement that names the old form"), "{status}");
    subject.database.rows(read).await;
    let refused = subject.is_closed_by(&["statements"]).await;
    assert!(refused.stderr.contains("1 × public.t.o in `SELECT o FROM t WHERE id = $1`"), "{}", refused.stderr);
    subject.confirm().await;
    subject.contract().await;
}

/// What the server resolves counts, not the words: another table may have a column of that name.
#[tokio::test]
async fn a_statement_is_resolved_to_its_columns() {
    let subject = Subject::observed().await;
    subject.database.execute("CREATE EXTENSION pg_stat_statements").await;
    subject.database.execute("CREATE TABLE other (id bigint, o text)").await;
    subject.confirm().await;
    subject.database.rows("SELECT other.o FROM t JOIN other USING (id) WHERE t.id = 1").await;
    let status = subject.status().await;
    assert!(status.contains("gate open         statements: no statement that names the old form"), "{status}");
    // Whole rows are read by whoever needs any of their columns.
    subject.database.rows("SELECT t.* FROM t WHERE id = 7").await;
    let status = subject.status().await;
    assert!(status.contains("gate open         statements: no statement that names the old form"), "{status}");
    let whole = "1 reads whole rows, which doesn't tell whether anybody needs the old form of them: `SELECT t.* FROM t";
    assert!(status.contains(whole), "{status}");
    // Without its table's name beside it the column is found as well.
    subject.database.rows("SELECT o FROM t JOIN (SELECT id FROM other) AS x USING (id)").await;
    let refused = subject.is_closed_by(&["statements"]).await;
    assert!(refused.stderr.contains("1 × public.t.o in `SELECT o FROM t JOIN"), "{}", refused.stderr);
    subject.confirm().await;
    subject.contract().await;
}

#[tokio::test]
async fn statements_that_were_forgotten_are_no_evidence() {
    let subject = Subject::observed().await;
    let status = subject.status().await;
    assert!(status.contains("pg_stat_statements is not installed in this database"), "{status}");
    subject.database.execute("CREATE EXTENSION pg_stat_statements").await;
    subject.confirm().await;
    subject.database.rows("SELECT o FROM t WHERE id = 2").await;
    subject.database.rows("SELECT pg_stat_statements_reset()").await;
    let status = subject.status().await;
    assert!(status.contains("gate not measured statements: "), "{status}");
    assert!(status.contains("has forgotten some since the confirmation"), "{status}");
    // Who sees its own statements only can't say that there are none.
    subject.confirm().await;
    subject.database.execute("CREATE ROLE half; GRANT SELECT ON ALL TABLES IN SCHEMA public TO half").await;
    let url = subject.database.url.replace("//postgres@", "//half@");
    assert_ne!(url, subject.database.url, "the URL names the role");
    subject.database.execute("ALTER ROLE half LOGIN").await;
    let status = subject.application.run(&["status", "-D", &url]).await.expect_code(0).stdout;
    assert!(status.contains("this role sees its own statements only"), "{status}");
    subject.contract().await;
    subject.database.execute("DROP OWNED BY half; DROP ROLE half").await;
}

#[tokio::test]
async fn before_14_pg_stat_statements_proves_nothing() {
    for major in majors() {
        let subject = Subject::new(major).await;
        subject.database.execute("CREATE EXTENSION pg_stat_statements").await;
        let status = subject.status().await;
        let why = if major.number() < 14 { "can't tell whether it has forgotten" } else { "installed, but not loaded" };
        assert!(status.contains("gate not measured statements: ") && status.contains(why), "{status}");
    }
}

#[tokio::test]
async fn a_view_a_policy_or_a_function_that_names_the_old_form_closes_it() {
    for major in majors() {
        let subject = Subject::new(major).await;
        subject.confirm().await;
        for (create, drop, words) in [
            ("CREATE VIEW v AS SELECT o FROM t", "DROP VIEW v", "view public.v uses public.t.o"),
            ("CREATE POLICY p ON t USING (o <> 'x')", "DROP POLICY p ON t", "policy p ON public.t uses public.t.o"),
            (
                "CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT o FROM t LIMIT 1); END $$",
                "DROP FUNCTION f()",
                "function f() names public.t.o",
            ),
        ] {
            subject.database.execute(create).await;
            let refused = subject.is_closed_by(&["dependents"]).await;
            assert!(refused.stderr.contains(words), "{}", refused.stderr);
            subject.database.execute(drop).await;
        }
        subject.database.execute("CREATE VIEW v AS SELECT n FROM t").await;
        subject.application.run(&["contract"]).await.expect_code(0);
    }
}

#[tokio::test]
async fn a_publication_that_carries_the_old_form_closes_it() {
    for major in majors() {
        let subject = Subject::new(major).await;
        subject.confirm().await;
        subject.database.execute("CREATE PUBLICATION p FOR TABLE t").await;
        let refused = subject.is_closed_by(&["subscribers"]).await;
        assert!(refused.stderr.contains("publication p carries public.t.o"), "{}", refused.stderr);
        let without = if major.number() >= 15 {
            "ALTER PUBLICATION p SET TABLE t (id, n)"
        } else {
            "ALTER PUBLICATION p DROP TABLE t"
        };
        subject.database.execute(without).await;
        subject.application.run(&["contract"]).await.expect_code(0);
    }
}

#[tokio::test]
async fn a_logical_slot_that_carries_every_table_closes_it() {
    let subject = Subject::observed().await;
    subject.confirm().await;
    subject.database.rows("SELECT pg_create_logical_replication_slot('evidence_slot', 'test_decoding')").await;
    let refused = subject.is_closed_by(&["subscribers"]).await;
    assert!(
        refused.stderr.contains("replication slot evidence_slot (test_decoding) carries every table"),
        "{}",
        refused.stderr
    );
    subject.database.rows("SELECT pg_drop_replication_slot('evidence_slot')").await;
    subject.contract().await;
}

#[tokio::test]
async fn a_subscription_that_writes_the_table_closes_it() {
    let subject = Subject::observed().await;
    let publisher = subject.database.server().fresh_database().await;
    publisher.execute("CREATE TABLE t (id bigint PRIMARY KEY, n text); CREATE PUBLICATION p FOR TABLE t").await;
    publisher.rows("SELECT pg_create_logical_replication_slot('evidence_subscription', 'pgoutput')").await;
    let subscribe = format!(
        "CREATE SUBSCRIPTION s CONNECTION '{}' PUBLICATION p
         WITH (create_slot = false, slot_name = 'evidence_subscription', enabled = false, copy_data = false)",
        publisher.url
    );
    subject.database.execute(subscribe).await;
    subject.confirm().await;
    let refused = subject.is_closed_by(&["subscribers"]).await;
    assert!(refused.stderr.contains("subscription s writes public.t"), "{}", refused.stderr);
    subject.database.execute("ALTER SUBSCRIPTION s SET (slot_name = NONE); DROP SUBSCRIPTION s").await;
    publisher.rows("SELECT pg_drop_replication_slot('evidence_subscription')").await;
    subject.contract().await;
}
