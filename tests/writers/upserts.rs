//! A renamed column in a unique index has two of them during the overlap, and concurrent upserts meet both.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU8, Ordering};
use std::time::Duration;

use sqlx::{Connection, PgConnection};
use tests::{Application, Database, Server, majors};
use tokio::task::JoinSet;

const CLIENTS: usize = 8;
/// This many upserts meet on a key before the next one is hot.
const PER_KEY: i64 = 12;

const OLD: &str =
    "INSERT INTO users (user_name, hits) VALUES ($1, 1) ON CONFLICT (user_name) DO UPDATE SET hits = users.hits + 1";
const NEW: &str = "INSERT INTO users (display_name, hits) VALUES ($1, 1) ON CONFLICT (display_name) DO UPDATE SET hits = users.hits + 1";

/// Which form the clients use.
#[derive(Clone, Copy)]
#[repr(u8)]
enum Form {
    Old,
    Both,
    New,
}

struct Shared {
    form: AtomicU8,
    stopped: AtomicBool,
    counter: AtomicI64,
    /// Upserts of the old form that are under way, so that their end can be waited for.
    old_at_work: AtomicI64,
}

/// How often each key was upserted, and what went wrong.
#[derive(Default)]
struct Done {
    counts: BTreeMap<String, i64>,
    error: Option<sqlx::Error>,
}

fn source(column: &str, renamed: &str, upsert: &str) -> String {
    format!(
        "/// Somebody.
#[derive(Schema)]
#[db(table = \"users\")]
pub struct User {{
    #[db(primary_key, identity)]
    pub id: i64,
    #[db(unique{renamed})]
    pub {column}: String,
    pub hits: i64,
}}

/// How users are written.
pub const UPSERT: &str = \"{upsert}\";
"
    )
}

async fn client(url: String, number: usize, shared: Arc<Shared>) -> Done {
    let mut connection = PgConnection::connect(&url).await.expect("a connection");
    let mut done = Done::default();
    while !shared.stopped.load(Ordering::SeqCst) {
        shared.old_at_work.fetch_add(1, Ordering::SeqCst);
        let form = shared.form.load(Ordering::SeqCst);
        let new = form == Form::New as u8 || (form == Form::Both as u8 && number.is_multiple_of(2));
        if new {
            shared.old_at_work.fetch_sub(1, Ordering::SeqCst);
        }
        let key = format!("key {}", shared.counter.fetch_add(1, Ordering::SeqCst) / PER_KEY);
        let upserted = sqlx::query(if new { NEW } else { OLD }).bind(&key).execute(&mut connection).await;
        if !new {
            shared.old_at_work.fetch_sub(1, Ordering::SeqCst);
        }
        if let Err(error) = upserted {
            done.error = Some(error);
            return done;
        }
        *done.counts.entry(key).or_default() += 1;
    }
    done
}

/// A database in the overlap, and clients that have been upserting since before expand.
struct Overlap {
    database: Database,
    application: Application,
    shared: Arc<Shared>,
    clients: JoinSet<Done>,
    plan: String,
}

impl Overlap {
    async fn begin(server: &'static Server, flags: &[&str]) -> Self {
        let database = server.fresh_database().await;
        let application = Application::applied(&source("user_name", "", OLD), &database.url).await;
        let load = "INSERT INTO users (user_name, hits) SELECT 'old ' || n, 0 FROM generate_series(1, 20000) AS n";
        database.execute(load).await;
        let new = source("display_name", ", renamed_from = \"user_name\"", NEW);
        let plan = application.migrate_to(&new, flags).await.stdout;
        let shared = Arc::new(Shared {
            form: AtomicU8::new(Form::Old as u8),
            stopped: AtomicBool::new(false),
            counter: AtomicI64::new(0),
            old_at_work: AtomicI64::new(0),
        });
        let mut clients = JoinSet::new();
        for number in 0..CLIENTS {
            clients.spawn(client(database.url.clone(), number, Arc::clone(&shared)));
        }
        application.run(&["apply"]).await.expect_code(0);
        shared.form.store(Form::Both as u8, Ordering::SeqCst);
        Self { database, application, shared, clients, plan }
    }

    /// Stops the clients: what they have done, and their errors.
    async fn stop(&mut self) -> (BTreeMap<String, i64>, Vec<String>) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        let (mut counts, mut errors) = (BTreeMap::new(), Vec::new());
        while let Some(done) = self.clients.join_next().await {
            let done = done.expect("no panic");
            errors.extend(done.error.map(|error| error.to_string()));
            for (key, count) in done.counts {
                *counts.entry(key).or_default() += count;
            }
        }
        (counts, errors)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn upserts_of_both_forms_meet_no_error() {
    for major in majors() {
        let mut overlap = Overlap::begin(Server::shared(major).await, &[]).await;
        assert!(overlap.plan.contains("hazard upsert-race:"), "{}", overlap.plan);
        let expand = std::fs::read_to_string(overlap.application.newest_migration().join("1_expand.sql"));
        assert!(expand.expect("a file").contains("pg_advisory_xact_lock"), "the lock is taken");
        tokio::time::sleep(Duration::from_secs(3)).await;
        overlap.shared.form.store(Form::New as u8, Ordering::SeqCst);
        while overlap.shared.old_at_work.load(Ordering::SeqCst) > 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        overlap.application.run(&["confirm", "v2"]).await.expect_code(0);
        overlap.application.run(&["contract"]).await.expect_code(0);
        tokio::time::sleep(Duration::from_millis(300)).await;
        let (counts, errors) = overlap.stop().await;
        assert!(errors.is_empty(), "on {major}: {errors:?}");
        let keys = "SELECT display_name || ' ' || hits FROM users WHERE display_name LIKE 'key %'";
        let mut found = overlap.database.rows(keys).await;
        found.sort();
        let mut wanted: Vec<String> = counts.iter().map(|(key, count)| format!("{key} {count}")).collect();
        wanted.sort();
        assert!(found == wanted, "on {major}: {} keys found, {} upserted", found.len(), wanted.len());
        println!("{} upserts on {} keys, PostgreSQL {major}", counts.values().sum::<i64>(), counts.len());
    }
}

/// The same without the lock does meet errors: so the test above could fail.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_lock_upserts_fail() {
    let major = *majors().last().expect("at least one");
    let flags = ["--strategy", "users.user_name=no-lock"];
    let mut overlap = Overlap::begin(Server::shared(major).await, &flags).await;
    assert!(!overlap.plan.contains("upsert-race"), "the hazard was answered:\n{}", overlap.plan);
    // The first error is enough; its client ends by it.
    let ended = tokio::time::timeout(Duration::from_secs(60), overlap.clients.join_next()).await;
    let error = ended.ok().flatten().and_then(|done| done.expect("no panic").error);
    overlap.stop().await;
    let error = error.expect("two unique indexes and no lock: some upsert fails within a minute");
    let code = error.as_database_error().and_then(|error| error.code()).map(|code| code.into_owned());
    assert_eq!(code.as_deref(), Some("23505"), "{error}");
}
