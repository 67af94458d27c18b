//! Writers of both releases, at work while a migration runs, each with a log of everything it has committed.

mod client;
mod log;
mod loss;
mod release;
pub mod rename;

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sqlx::{AssertSqlSafe, PgPool};
use tokio::task::JoinSet;

pub use client::{Allowed, Client};
pub use log::{HotWrite, Log, Row};
use loss::Losses;
pub use release::{Field, Kind, Release, Values};

/// Rows 1 to this are written to by everybody.
pub const HOT_ROWS: i64 = 5;

/// The rest of a writer where hundreds of databases are tried.
const LONGER_REST: Duration = Duration::from_millis(4);

/// A table, the rows that are in it, and the two releases.
#[derive(Clone, Debug)]
pub struct Case {
    /// The release that is deployed.
    pub old: Release,
    /// The release that comes.
    pub new: Release,
    /// Every field of either.
    pub fields: &'static [&'static str],
    /// Rows 1 to this are there at the beginning.
    pub rows: i64,
    /// Their values.
    pub initial: fn(i64) -> Values,
    /// What a field holds that the inserting release left out.
    pub left_out: fn(&'static str, i64) -> Option<String>,
}

/// The stages of a deployment, as the writers see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Stage {
    /// Only the old release.
    Old,
    /// Expanded: half of the clients write in both shapes, the new ones restricted.
    Expanded,
    /// Filled: half of the clients write in both shapes, without restriction.
    Filled,
    /// Confirmed: only the new release.
    New,
    /// The end.
    End,
}

/// The writers.
#[derive(Debug)]
pub struct Workload {
    shared: Arc<Shared>,
    clients: JoinSet<Client>,
    case: Case,
    losses: Losses,
}

#[derive(Debug)]
struct Shared {
    stage: AtomicU8,
    /// The stage that each client works in.
    seen: Vec<AtomicU8>,
    errors: Mutex<Vec<String>>,
    /// How long each statement took since somebody last asked.
    took: Mutex<Vec<Duration>>,
}

impl Workload {
    /// Starts them; the seed decides what they do, not when.
    pub async fn start(url: &str, case: Case, clients: usize, seed: u64) -> Self {
        println!("workload: {clients} clients, seed {seed}");
        Self::begin(url, case, (clients, Duration::from_millis(1)), (seed, Stage::Old), None).await
    }

    /// The same for a database that is one of many, where the seed is told by somebody else: each writer rests a little
    /// longer after each statement.
    pub async fn quiet(url: &str, case: Case, clients: usize, seed: u64) -> Self {
        Self::quiet_from(url, case, clients, (seed, Stage::Old)).await
    }

    /// The same, beginning at a stage.
    pub async fn quiet_from(url: &str, case: Case, clients: usize, begin: (u64, Stage)) -> Self {
        Self::begin(url, case, (clients, LONGER_REST), begin, None).await
    }

    /// The same with writers that lose their connection when the server is stopped, which is announced by
    /// [`Workload::server_stops`], and for no other reason. They don't all write to the same rows.
    pub async fn surviving(url: &str, case: Case, clients: usize, begin: (u64, Stage)) -> Self {
        Self::begin(url, case, (clients, LONGER_REST), begin, Some(Losses::default())).await
    }

    /// The server is about to be stopped.
    pub fn server_stops(&self) {
        self.losses.announce();
    }

    async fn begin(
        url: &str,
        case: Case,
        (clients, rest): (usize, Duration),
        (seed, stage): (u64, Stage),
        losses: Option<Losses>,
    ) -> Self {
        assert!(clients >= 2);
        let shared = Arc::new(Shared {
            stage: AtomicU8::new(stage as u8),
            seen: (0..clients).map(|_| AtomicU8::new(stage as u8)).collect(),
            errors: Mutex::default(),
            took: Mutex::default(),
        });
        let mut set = JoinSet::new();
        for number in 0..clients {
            let client = Client::connect(url, case.clone(), number, clients, seed).await;
            let client = match &losses {
                Some(losses) => client.surviving(losses.clone()),
                None => client,
            };
            set.spawn(work(client, case.clone(), rest, Arc::clone(&shared)));
        }
        Self { shared, clients: set, case, losses: losses.unwrap_or_default() }
    }

    /// Goes on to a stage, and waits until no client works in an earlier one.
    ///
    /// # Panics
    /// If a writer has met an error.
    pub async fn enter(&self, stage: Stage) {
        self.shared.stage.store(stage as u8, Ordering::SeqCst);
        while self.shared.seen.iter().any(|seen| seen.load(Ordering::SeqCst) < stage as u8) {
            self.check();
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        self.check();
    }

    /// Goes back to the old release alone, as before a rollback, and waits until no client works otherwise.
    ///
    /// # Panics
    /// As [`Workload::enter`].
    pub async fn go_back(&self) {
        self.shared.stage.store(Stage::Old as u8, Ordering::SeqCst);
        while self.shared.seen.iter().any(|seen| seen.load(Ordering::SeqCst) > Stage::Old as u8) {
            self.check();
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        self.check();
    }

    /// How long each statement took since this was last asked.
    pub fn take_latencies(&self) -> Vec<Duration> {
        std::mem::take(&mut self.shared.took.lock().expect("nobody panics while holding it"))
    }

    /// Goes on if no writer has met an error.
    ///
    /// # Panics
    /// With all errors, if one has.
    #[track_caller]
    pub fn check(&self) {
        let errors = self.shared.errors.lock().expect("nobody panics while holding it");
        assert!(errors.is_empty(), "writers failed:\n{}", errors.join("\n"));
    }

    /// Stops the writers and compares every row with what they have committed.
    ///
    /// # Panics
    /// With the rows that differ, if one does.
    pub async fn finish(mut self, pool: &PgPool, release: &Release) -> u64 {
        self.shared.stage.store(Stage::End as u8, Ordering::SeqCst);
        let mut expected: Log =
            (1..=self.case.rows).map(|id| (id, Some(Row { revision: 0, values: (self.case.initial)(id) }))).collect();
        let (mut hot, mut statements) = (Vec::new(), 0);
        while let Some(client) = self.clients.join_next().await {
            let client = client.expect("a writer that found what it had not written");
            statements += client.statements;
            expected.extend(client.log);
            hot.extend(client.hot);
        }
        self.check();
        expected.extend(log::replay(hot, self.case.initial));
        compare(pool, release, expected).await;
        statements
    }
}

/// Tells of a client that found what it had not written; its own message stands in the test's output.
struct Watch(Arc<Shared>, usize);

impl Drop for Watch {
    fn drop(&mut self) {
        if std::thread::panicking()
            && let Ok(mut errors) = self.0.errors.lock()
        {
            errors.push(format!("client {} found what it had not written", self.1));
        }
    }
}

async fn work(mut client: Client, case: Case, rest: Duration, shared: Arc<Shared>) -> Client {
    let number = client.number;
    let _watch = Watch(Arc::clone(&shared), number);
    loop {
        let stage = shared.stage.load(Ordering::SeqCst);
        shared.seen[number].store(stage, Ordering::SeqCst);
        let both = number % 2 == 1 && client.statements % 2 == 1;
        let (release, allowed) = match stage {
            stage if stage == Stage::End as u8 => return client,
            stage if stage == Stage::New as u8 => (&case.new, Allowed::All),
            stage if stage == Stage::Filled as u8 && both => (&case.new, Allowed::All),
            stage if stage == Stage::Expanded as u8 && both => (&case.new, Allowed::BeforeFill),
            _ => (&case.old, Allowed::All),
        };
        if let Err(error) = client.act(release, allowed).await {
            shared.errors.lock().expect("nobody panics while holding it").push(format!("client {number}: {error}"));
            return client;
        }
        shared.took.lock().expect("nobody panics while holding it").extend(client.took);
        tokio::time::sleep(rest).await;
    }
}

/// Row by row, in both directions.
async fn compare(pool: &PgPool, release: &Release, mut expected: Log) {
    let rows = sqlx::query(AssertSqlSafe(release.select_all())).fetch_all(pool).await.expect("the table can be read");
    let mut wrong = Vec::new();
    for row in &rows {
        let (id, found) = client::read(row, release).expect("texts");
        let Some(Some(mut wanted)) = expected.remove(&id) else {
            wrong.push(format!("row {id} should not be there: {found:?}"));
            continue;
        };
        wanted.values.retain(|name, _| release.field(name).is_some());
        if wanted != found {
            wrong.push(format!("row {id}: committed {wanted:?}, found {found:?}"));
        }
    }
    wrong
        .extend(expected.iter().filter(|(_, row)| row.is_some()).map(|(id, row)| format!("row {id} is lost: {row:?}")));
    let shown = wrong.iter().take(20).cloned().collect::<Vec<_>>().join("\n");
    assert!(wrong.is_empty(), "{} of {} rows are wrong:\n{shown}", wrong.len(), rows.len());
}
