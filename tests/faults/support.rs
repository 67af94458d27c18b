//! A database with the rename written but not applied, and looking at it.

use std::time::{Duration, Instant};

use schema_diff::embedded::Major;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};
use tests::oracle::{Oracle, difference};
use tests::workload::rename::{Rename, UNEQUAL};
use tests::workload::{Stage, Workload};
use tests::{Application, Database, Server};

/// A database of release N with rows in it; the migration to N+1 is written.
pub(crate) struct Subject {
    pub(crate) database: Database,
    pub(crate) application: Application,
    pub(crate) rename: Rename,
}

impl Subject {
    pub(crate) async fn new(major: Major, rename: Rename) -> Self {
        let database = Server::shared(major).await.fresh_database().await;
        let application = Application::applied(&rename.old_source(), &database.url).await;
        database.execute(rename.load()).await;
        application.migrate_to(&rename.new_source(), &[]).await;
        Self { database, application, rename }
    }

    /// The same with a trigger of the application by which a test can hold the backfill up; it fires on one row that
    /// lies near the end.
    pub(crate) async fn with_a_gate(major: Major, rename: Rename) -> Self {
        let database = Server::shared(major).await.fresh_database().await;
        let application = Application::applied(&rename.old_source(), &database.url).await;
        database.execute(rename.load()).await;
        let gate = format!(
            "CREATE FUNCTION gate() RETURNS trigger LANGUAGE plpgsql AS $$
             BEGIN PERFORM pg_advisory_xact_lock_shared(77); RETURN NEW; END $$;
             CREATE TRIGGER gate BEFORE UPDATE ON users FOR EACH ROW WHEN (NEW.id = {}) EXECUTE FUNCTION gate()",
            rename.rows - 5
        );
        database.execute(gate).await;
        application.migrate_to(&rename.new_source(), &["--strategy", "users=fire"]).await;
        Self { database, application, rename }
    }

    /// The gate opens when the session ends.
    pub(crate) async fn close_the_gate(&self) -> Session {
        self.session("SELECT pg_advisory_lock(77)").await
    }

    /// Waits until somebody stands there.
    pub(crate) async fn wait_at_the_gate(&self) {
        self.wait_for(
            "SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event = 'advisory' AND datname = current_database()",
        )
        .await;
    }

    pub(crate) async fn remove_the_gate(&self) {
        self.database.execute("DROP TRIGGER gate ON users; DROP FUNCTION gate()").await;
    }

    /// Starts writers of the old release.
    pub(crate) async fn writers(&self) -> Workload {
        Workload::start(&self.database.url, self.rename.case(), 8, rand::random()).await
    }

    /// `confirm` and `contract`, where writers are at work: the old release is stopped before.
    pub(crate) async fn contract(&self, workload: Option<&Workload>) {
        assert_eq!(self.database.value(UNEQUAL).await, "0");
        if let Some(workload) = workload {
            workload.enter(Stage::New).await;
        }
        self.application.run(&["confirm", "v2"]).await.expect_code(0);
        self.application.run(&["contract"]).await.expect_code(0);
    }

    /// The result is what the new structs say, as if made from nothing.
    pub(crate) async fn is_like_made_anew(&self) {
        self.application.run(&["diff", "--exit-code"]).await.expect_code(0);
        let fresh = self.database.server().fresh_database().await;
        let _application = Application::applied(&self.rename.new_source(), &fresh.url).await;
        let (wanted, found) = (listing(&fresh).await, listing(&self.database).await);
        assert_eq!(difference(&wanted, &found), "", "- made anew, + migrated");
    }

    /// The row of the backfill's step: "state | attempts | position | rows".
    pub(crate) async fn backfill(&self) -> Option<Backfill> {
        let query = "SELECT state, attempts, coalesce(position[1], '0'), rows_done FROM _schema_steps
            WHERE phase = 'backfill' AND title LIKE 'fill %' ORDER BY version DESC, attempt DESC LIMIT 1";
        let row = sqlx::query(query).fetch_optional(&self.database.pool).await.expect("the history");
        row.map(|row| Backfill {
            state: row.get(0),
            attempts: row.get(1),
            position: row.get::<String, _>(2).parse().expect("a number"),
            rows: row.get(3),
        })
    }

    /// Waits until something is true of the backfill.
    pub(crate) async fn wait_for_backfill(&self, what: impl Fn(&Backfill) -> bool) -> Backfill {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            if let Some(backfill) = self.backfill().await.filter(&what) {
                return backfill;
            }
            assert!(Instant::now() < deadline, "the backfill never came to it");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// Waits until a query gives "t".
    pub(crate) async fn wait_for(&self, query: &str) {
        self.database.wait_for(query, 60).await;
    }

    /// Another session, with statements run in it.
    pub(crate) async fn session(&self, statements: &str) -> Session {
        Session::open(&self.database.url, statements).await
    }
}

/// The backfill's step in the history.
#[derive(Clone, Debug)]
pub(crate) struct Backfill {
    pub(crate) state: String,
    pub(crate) attempts: i32,
    pub(crate) position: i64,
    pub(crate) rows: i64,
}

/// A session of somebody else.
pub(crate) struct Session {
    connection: PgConnection,
    pub(crate) pid: i32,
}

impl Session {
    pub(crate) async fn open(url: &str, statements: &str) -> Self {
        let options: PgConnectOptions = url.parse().expect("our own URL");
        let mut connection =
            PgConnection::connect_with(&options.application_name("somebody else")).await.expect("a connection");
        let pid = sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut connection).await.expect("its pid");
        let mut session = Self { connection, pid };
        session.run(statements).await;
        session
    }

    /// Waits until a query gives true.
    pub(crate) async fn wait_until(&mut self, query: &'static str) {
        let deadline = Instant::now() + Duration::from_secs(60);
        while !sqlx::query_scalar::<_, bool>(query).fetch_one(&mut self.connection).await.expect("a truth") {
            assert!(Instant::now() < deadline, "never true: {query}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    pub(crate) async fn run(&mut self, statements: &str) {
        let done = sqlx::raw_sql(AssertSqlSafe(statements.to_owned())).execute(&mut self.connection).await;
        done.unwrap_or_else(|error| panic!("{error}\nin: {statements}"));
    }
}

/// Everything in the database but the tool's own tables.
pub(crate) async fn listing(database: &Database) -> Vec<String> {
    Oracle::of(&["public"]).without_history().listing(&database.pool).await
}

/// A text without its line ends: long sentences are broken to fit a terminal.
pub(crate) fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Everything in the database, the tool's own tables with all that stands in them included.
pub(crate) async fn everything(url: &str) -> Vec<String> {
    let pool = sqlx::postgres::PgPoolOptions::new().max_connections(1).connect(url).await.expect("a connection");
    let mut lines = Oracle::of(&["public"]).listing(&pool).await;
    for table in ["migrations", "steps", "objects", "lease"] {
        let query = format!("SELECT t::text FROM public._schema_{table} AS t ORDER BY 1");
        let there: bool = sqlx::query_scalar("SELECT to_regclass('public._schema_' || $1) IS NOT NULL")
            .bind(table)
            .fetch_one(&pool)
            .await
            .expect("the catalog can be read");
        if there {
            let rows: Vec<String> =
                sqlx::query_scalar(AssertSqlSafe(query)).fetch_all(&pool).await.expect("the history");
            lines.extend(rows.into_iter().map(|row| format!("{table}: {row}")));
        }
    }
    pool.close().await;
    lines
}
