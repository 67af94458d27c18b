//! Tasks that do what a release of the bookstore does, as fast as the server lets them.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rand::RngExt;
use sqlx::{PgPool, Row};
use tokio::task::JoinHandle;

use crate::log::Log;

/// The statements of a release. They name their columns, as the bookstore's do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Release {
    name: &'static str,
    read: &'static str,
    update: &'static str,
    insert: &'static str,
    upsert: &'static str,
}

macro_rules! release {
    ($name:literal, $column:literal) => {
        Release {
            name: $name,
            read: concat!("SELECT ", $column, " FROM customers WHERE id = $1"),
            update: concat!("UPDATE customers SET ", $column, " = $2 WHERE id = $1"),
            insert: concat!("INSERT INTO customers (email, ", $column, ") VALUES ($1, $2) RETURNING id"),
            upsert: concat!(
                "INSERT INTO customers (email, ",
                $column,
                ") VALUES ($1, $2) ",
                "ON CONFLICT (lower(email)) DO UPDATE SET ",
                $column,
                " = excluded.",
                $column,
                " RETURNING id"
            ),
        }
    };
}

/// What is deployed.
pub(crate) const OLD: Release = release!("1", "user_name");

/// What is rolled out.
pub(crate) const NEW: Release = release!("2", "display_name");

/// A pause after each deed, so that the tour's own programs get their share of a small machine.
const PAUSE: Duration = Duration::from_millis(1);

/// The tasks of one release.
#[derive(Debug)]
pub(crate) struct Writers {
    stop: Arc<AtomicBool>,
    tasks: Vec<JoinHandle<Tally>>,
}

/// What tasks did.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    written: usize,
    read: usize,
    errors: Vec<String>,
    slowest: Duration,
}

impl Writers {
    /// Starts some.
    pub(crate) fn start(release: Release, number: usize, pool: &PgPool, log: &Arc<Log>) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let task = |number| {
            let writer = Writer { release, number, pool: pool.clone(), log: Arc::clone(log), tally: Tally::default() };
            tokio::spawn(writer.work(Arc::clone(&stop)))
        };
        let tasks = (0..number).map(task).collect();
        Self { stop, tasks }
    }

    /// Lets each end its deed, and says what they did.
    pub(crate) async fn stop(self) -> Tally {
        self.stop.store(true, Ordering::Relaxed);
        let mut all = Tally::default();
        for task in self.tasks {
            match task.await {
                Ok(tally) => all.add(tally),
                Err(error) => all.errors.push(error.to_string()),
            }
        }
        for error in all.errors.iter().take(5) {
            eprintln!("a writer's error: {error}");
        }
        all
    }
}

impl Tally {
    /// How many statements failed, or read something else than was written last.
    pub(crate) fn errors(&self) -> usize {
        self.errors.len()
    }

    fn add(&mut self, other: Self) {
        self.written += other.written;
        self.read += other.read;
        self.errors.extend(other.errors);
        self.slowest = self.slowest.max(other.slowest);
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let slowest = self.slowest.as_millis();
        write!(
            f,
            "{} writes, {} reads, {} errors, the slowest took {slowest} ms",
            self.written,
            self.read,
            self.errors()
        )
    }
}

struct Writer {
    release: Release,
    number: usize,
    pool: PgPool,
    log: Arc<Log>,
    tally: Tally,
}

impl Writer {
    async fn work(mut self, stop: Arc<AtomicBool>) -> Tally {
        let mut deed = 0;
        while !stop.load(Ordering::Relaxed) {
            deed += 1;
            let customer = rand::rng().random_range(1..=crate::CUSTOMERS);
            let name = format!("Release {}, writer {}, deed {deed}", self.release.name, self.number);
            let begun = Instant::now();
            let done = match deed % 8 {
                0 => self.insert(&name, deed).await,
                1 => self.read(customer).await,
                2 => self.upsert(customer, name).await,
                _ => self.update(customer, name).await,
            };
            self.tally.slowest = self.tally.slowest.max(begun.elapsed());
            if let Err(error) = done {
                self.tally.errors.push(format!("release {}: {error}", self.release.name));
            }
            tokio::time::sleep(PAUSE).await;
        }
        self.tally
    }

    async fn update(&mut self, customer: i64, name: String) -> sqlx::Result<()> {
        let mut rows = self.log.around(customer).await;
        sqlx::query(self.release.update).bind(customer).bind(&name).execute(&self.pool).await?;
        rows.insert(customer, name);
        self.tally.written += 1;
        Ok(())
    }

    async fn upsert(&mut self, customer: i64, name: String) -> sqlx::Result<()> {
        let mut rows = self.log.around(customer).await;
        let email = format!("reader{customer}@example.org");
        sqlx::query(self.release.upsert).bind(email).bind(&name).execute(&self.pool).await?;
        rows.insert(customer, name);
        self.tally.written += 1;
        Ok(())
    }

    async fn insert(&mut self, name: &str, deed: usize) -> sqlx::Result<()> {
        let email = format!("release{}-{}-{deed}@example.org", self.release.name, self.number);
        let inserted = sqlx::query(self.release.insert).bind(email).bind(name).fetch_one(&self.pool).await?;
        let customer: i64 = inserted.try_get(0)?;
        // Nobody else knows the new row, so it can be noted afterwards.
        self.log.around(customer).await.insert(customer, name.to_owned());
        self.tally.written += 1;
        Ok(())
    }

    /// Reads what any writer of any release wrote last.
    async fn read(&mut self, customer: i64) -> sqlx::Result<()> {
        let rows = self.log.around(customer).await;
        let row = sqlx::query(self.release.read).bind(customer).fetch_one(&self.pool).await?;
        let found: Option<String> = row.try_get(0)?;
        let expected = rows.get(&customer);
        if found.as_ref() != expected {
            let message = format!("release {} read {found:?} instead of {expected:?}", self.release.name);
            self.tally.errors.push(message);
        }
        self.tally.read += 1;
        Ok(())
    }
}
