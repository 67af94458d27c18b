//! One scratch server per process and version, with fresh databases at about 20 ms each.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use schema_diff::embedded::{Major, Progress, ScratchOptions, ScratchServer};
use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::{AssertSqlSafe, Row};
use tokio::sync::OnceCell;

use crate::cluster::Cluster;

/// The shared servers, one place per version. They are never dropped: their guards stop them when the process ends.
static SHARED: [OnceCell<Server>; 7] = [const { OnceCell::const_new() }; 7];

/// The same for servers that may be stopped.
static STOPPABLE: [OnceCell<Server>; 7] = [const { OnceCell::const_new() }; 7];

/// This many databases that no test uses any more are left lying, at about 8 MB each, before they are removed.
const DEAD_DATABASES: usize = 24;

/// A server for tests. Roles and settings belong to all its databases, so tests that change those start a
/// [`ScratchServer`] of their own.
#[derive(Debug)]
pub struct Server {
    backing: Backing,
    next: AtomicU32,
    dead: Mutex<Vec<String>>,
}

/// What runs it.
#[derive(Debug)]
enum Backing {
    Shared(ScratchServer),
    Own(ScratchServer),
    Stoppable(Cluster),
}

impl Server {
    /// The server of this process for a version; started by whoever asks first.
    ///
    /// # Panics
    /// If it doesn't start: tests never skip themselves.
    pub async fn shared(major: Major) -> &'static Self {
        let place = usize::from(major.number() - Major::OLDEST.number());
        SHARED[place]
            .get_or_init(|| async move {
                let options = ScratchOptions::new(major)
                    .in_memory()
                    .setting("max_connections", "300")
                    .setting("max_prepared_transactions", "16");
                let scratch = ScratchServer::start_with(options, &Progress::silent()).await;
                let scratch = scratch.unwrap_or_else(|error| panic!("{error}"));
                Self::on(Backing::Shared(scratch))
            })
            .await
    }

    /// A server with settings of its own; it runs until this process ends.
    ///
    /// # Panics
    /// If it doesn't start.
    pub async fn own(options: ScratchOptions) -> &'static Self {
        let scratch = ScratchServer::start_with(options, &Progress::silent()).await;
        let scratch = scratch.unwrap_or_else(|error| panic!("{error}"));
        Box::leak(Box::new(Self::on(Backing::Own(scratch))))
    }

    /// Another one, which the test that has it to itself may stop.
    ///
    /// # Panics
    /// If it doesn't start.
    pub async fn stoppable(major: Major) -> &'static Self {
        let place = usize::from(major.number() - Major::OLDEST.number());
        STOPPABLE[place]
            .get_or_init(|| async move { Self::on(Backing::Stoppable(Cluster::start(major, &[]).await)) })
            .await
    }

    fn on(backing: Backing) -> Self {
        Self { backing, next: AtomicU32::new(1), dead: Mutex::default() }
    }

    /// An empty database that nobody else uses.
    pub async fn fresh_database(&'static self) -> Database {
        self.bury_the_dead().await;
        let name = self.new_name();
        let url = match &self.backing {
            Backing::Shared(scratch) | Backing::Own(scratch) => {
                scratch.create_database(&name).await.unwrap_or_else(|error| panic!("{error}"))
            }
            Backing::Stoppable(cluster) => cluster.create_database(&name, "template1").await,
        };
        Database::connect(self, name, url)
    }

    /// A copy of another database, whose sessions are ended for it.
    pub async fn copy_of(&'static self, original: &Database) -> Database {
        self.bury_the_dead().await;
        original.pool.close().await;
        let name = self.new_name();
        let url = match &self.backing {
            Backing::Shared(scratch) | Backing::Own(scratch) => {
                let copied = scratch.create_database_from(&original.name, &name).await;
                copied.unwrap_or_else(|error| panic!("{error}"))
            }
            Backing::Stoppable(cluster) => cluster.create_database(&name, &original.name).await,
        };
        Database::connect(self, name, url)
    }

    /// The server itself, where it is the shared one.
    ///
    /// # Panics
    /// Where it is one that may be stopped.
    pub fn scratch(&self) -> &ScratchServer {
        match &self.backing {
            Backing::Shared(scratch) | Backing::Own(scratch) => scratch,
            Backing::Stoppable(_) => panic!("this server is not the shared one"),
        }
    }

    /// Where databases are made and dropped, if this is the server of all tests.
    pub fn administration(&self) -> Option<String> {
        match &self.backing {
            Backing::Shared(scratch) => Some(scratch.url("postgres")),
            Backing::Own(_) | Backing::Stoppable(_) => None,
        }
    }

    /// The server itself, where it may be stopped.
    ///
    /// # Panics
    /// Where it is the shared one.
    pub fn cluster(&self) -> &Cluster {
        match &self.backing {
            Backing::Stoppable(cluster) => cluster,
            Backing::Shared(_) | Backing::Own(_) => panic!("this server is not one that may be stopped"),
        }
    }

    /// Its version.
    pub fn major(&self) -> Major {
        match &self.backing {
            Backing::Shared(scratch) | Backing::Own(scratch) => scratch.major(),
            Backing::Stoppable(cluster) => cluster.major(),
        }
    }

    fn new_name(&self) -> String {
        format!("test_{}", self.next.fetch_add(1, Ordering::Relaxed))
    }

    async fn bury_the_dead(&self) {
        let names = {
            let mut dead = self.dead.lock().expect("nobody panics while holding it");
            if dead.len() < DEAD_DATABASES { Vec::new() } else { std::mem::take(&mut *dead) }
        };
        for name in names {
            match &self.backing {
                Backing::Shared(scratch) | Backing::Own(scratch) => {
                    scratch.drop_database(&name).await.unwrap_or_else(|error| panic!("{error}"));
                }
                Backing::Stoppable(cluster) => cluster.drop_database(&name).await,
            }
        }
    }
}

/// A database of one test; it is removed some time after it was dropped.
#[derive(Debug)]
pub struct Database {
    /// Its address, for the command line and for further connections.
    pub url: String,
    /// Connections to it, made when they are needed.
    pub pool: PgPool,
    name: String,
    server: &'static Server,
}

impl Database {
    fn connect(server: &'static Server, name: String, url: String) -> Self {
        let pool = PgPoolOptions::new().max_connections(20).connect_lazy(&url).expect("our own URL");
        Self { url, pool, name, server }
    }

    /// The server it lies on.
    pub fn server(&self) -> &'static Server {
        self.server
    }

    /// Runs any number of statements; without transaction control in it, they are one transaction.
    ///
    /// # Panics
    /// With the statements and the server's message, if one fails.
    pub async fn execute(&self, sql: impl AsRef<str>) {
        let sql = sql.as_ref();
        if let Err(error) = self.attempt(sql).await {
            panic!("{error}\nin: {sql}");
        }
    }

    /// Runs statements that may fail.
    ///
    /// # Errors
    /// The server's.
    pub async fn attempt(&self, sql: impl AsRef<str>) -> Result<(), sqlx::Error> {
        let statements = AssertSqlSafe(sql.as_ref().to_owned());
        sqlx::raw_sql(statements).execute(&self.pool).await.map(|_| ())
    }

    /// The rows of a query, each value as the server writes it; NULL is "∅", values are parted by " | ".
    ///
    /// # Panics
    /// If the query fails.
    pub async fn rows(&self, query: impl AsRef<str>) -> Vec<String> {
        let query = query.as_ref();
        // raw_sql takes the simple protocol, in which every value comes as text.
        let rows = sqlx::raw_sql(AssertSqlSafe(query.to_owned())).fetch_all(&self.pool).await;
        let rows = rows.unwrap_or_else(|error| panic!("{error}\nin: {query}"));
        let value = |row: &sqlx::postgres::PgRow, column| {
            row.try_get_unchecked::<Option<String>, _>(column).expect("text").unwrap_or_else(|| "∅".to_owned())
        };
        rows.iter().map(|row| (0..row.len()).map(|n| value(row, n)).collect::<Vec<_>>().join(" | ")).collect()
    }

    /// The one row of a query, as [`Database::rows`] writes it.
    ///
    /// # Panics
    /// If there is any other number of rows.
    pub async fn value(&self, query: impl AsRef<str>) -> String {
        let mut rows = self.rows(query.as_ref()).await;
        assert_eq!(rows.len(), 1, "one row expected from: {}", query.as_ref());
        rows.remove(0)
    }

    /// Waits until a query gives true.
    ///
    /// # Panics
    /// If it doesn't within so many seconds.
    pub async fn wait_for(&self, query: &str, seconds: u64) {
        let deadline = Instant::now() + Duration::from_secs(seconds);
        while self.value(query).await != "t" {
            assert!(Instant::now() < deadline, "never true: {query}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// A window of time that opens and closes so many minutes from now, on the server's clock: `23:10-01:10`.
    pub async fn window(&self, from: i32, until: i32) -> String {
        format!("{}-{}", self.clock(from).await, self.clock(until).await)
    }

    /// A time of the day, so many minutes from now, on the server's clock.
    pub async fn clock(&self, minutes: i32) -> String {
        let zone = "AT TIME ZONE 'UTC'";
        self.value(format!("SELECT to_char((now() + interval '{minutes} min') {zone}, 'HH24:MI')")).await
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // A lock that is poisoned by a panic elsewhere costs disk space only.
        if let Ok(mut dead) = self.server.dead.lock() {
            dead.push(std::mem::take(&mut self.name));
        }
    }
}
