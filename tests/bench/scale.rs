//! What `diff` costs on generated schemas of growing size (10 columns, 3 indexes and a foreign key each; 1 % of the tables
//! differ): the processor time of the whole program and its server together, as a ratio to the floor, which is one good
//! set of catalog queries over the wire (`scale/floor.sql`), measured in the same run; and the program's memory.
//!
//! `cargo bench -p tests --bench scale -- [100 1000 5000 10000]`

use std::time::Duration;

use nix::sys::resource::{UsageWho, getrusage};
use nix::time::{ClockId, clock_gettime};
use schema_diff::embedded::{Major, ScratchOptions};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tests::{CargoSchema, Database, Project, Server};

const ROUNDS: u32 = 3;

#[tokio::main]
async fn main() {
    let mut sizes: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    if sizes.is_empty() {
        sizes = vec![100, 1_000, 5_000, 10_000];
    }
    let server = Server::own(ScratchOptions::new(Major::LATEST)).await;
    // It is built before anything is measured.
    CargoSchema::in_directory(".").run(&["--version"]).expect_code(0);
    println!("tables   floor (CPU)   diff: ours + server = together   ratio   per table   memory");
    for size in sizes {
        measure(server, size).await;
    }
}

async fn measure(server: &'static Server, size: usize) {
    let database = server.fresh_database().await;
    for chunk in (0..size).collect::<Vec<_>>().chunks(100) {
        database.execute(chunk.iter().map(|number| table(*number)).collect::<String>()).await;
    }
    database.execute("VACUUM ANALYZE").await;
    let project = Project::new();
    write_structs(&project, size);
    let postmaster = database.value("SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)").await;
    database.pool.close().await;
    let (mut floor, mut ours, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
    let mut memory = 0;
    for _ in 0..ROUNDS {
        let (before, server_before) = (own(), server_time(&postmaster).await);
        read_floor(&database).await;
        floor.push(own() - before + server_time(&postmaster).await - server_before);
        let (before, server_before) = (children(), server_time(&postmaster).await);
        memory = memory.max(diff(&project, &database, size));
        ours.push(children() - before);
        theirs.push(server_time(&postmaster).await - server_before);
    }
    let [floor, ours, theirs] = [floor, ours, theirs].map(median);
    let together = ours + theirs;
    println!(
        "{size:>6} {:>9.0} ms {:>12.0} + {:.0} = {:.0} ms {:>14.2} {:>8.2} ms {:>6} MB",
        floor * 1e3,
        ours * 1e3,
        theirs * 1e3,
        together * 1e3,
        together / floor,
        together * 1e3 / size as f64,
        memory / 1024
    );
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64()
}

/// Runs it, sees that it found what differs, and gives the most memory that it had, in kB.
fn diff(project: &Project, database: &Database, size: usize) -> u64 {
    let program = CargoSchema::in_directory(project.path()).database(&database.url);
    let mut running = program.spawn(&["diff", "--exit-code"]);
    let status = format!("/proc/{}/status", running.id());
    let mut most = 0;
    while running.is_running() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0 kB");
        most = most.max(line.trim().trim_end_matches(" kB").parse().unwrap_or(0));
        std::thread::sleep(Duration::from_millis(5));
    }
    let outcome = running.wait().expect_code(3);
    let found = outcome.stdout.matches("CREATE INDEX").count();
    assert_eq!(found, size.div_ceil(100), "{}", outcome.stdout);
    most
}

async fn read_floor(database: &Database) {
    let mut connection = PgConnection::connect(&database.url).await.expect("a connection");
    let mut rows = 0;
    for query in include_str!("scale/floor.sql").split(";\n") {
        let found = connection.fetch_all(sqlx::query(AssertSqlSafe(query))).await.expect("a catalog query");
        rows += found.len();
    }
    connection.close().await.expect("a connection closes");
    assert!(rows > 0, "there are tables");
}

/// The processor time of this process.
fn own() -> Duration {
    clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID).expect("the kernel counts it").into()
}

/// The processor time of the programs that it ran.
fn children() -> Duration {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("the kernel counts it");
    let both = [usage.user_time(), usage.system_time()];
    both.iter()
        .map(|time| Duration::from_micros(u64::try_from(time.tv_sec() * 1_000_000 + time.tv_usec()).unwrap_or(0)))
        .sum()
}

/// The processor time of the server's processes that have ended, in hundredths of a second as the kernel gives it.
async fn server_time(postmaster: &str) -> Duration {
    // A backend ends a moment after its client has gone.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", postmaster.trim())).expect("the server runs");
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
    let ticks: u64 = fields[13..=14].iter().map(|field| field.parse::<u64>().expect("a number")).sum();
    Duration::from_millis(ticks * 10)
}

fn table(number: usize) -> String {
    let parent = number.saturating_sub(1);
    format!(
        "CREATE TABLE thing_{number} (
             id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, email varchar(100), amount numeric(10,2) NOT NULL DEFAULT 0,
             active boolean NOT NULL DEFAULT true, created_at timestamptz NOT NULL DEFAULT now(), data jsonb, note text,
             status integer NOT NULL DEFAULT 1, parent_id bigint REFERENCES thing_{parent} (id));
         CREATE INDEX ON thing_{number} (name);
         CREATE INDEX ON thing_{number} (status, created_at DESC);
         CREATE INDEX ON thing_{number} (email) WHERE active;\n"
    )
}

/// The structs, a hundred in a module.
fn write_structs(project: &Project, size: usize) {
    let all: Vec<usize> = (0..size).collect();
    let mut root = String::new();
    for (number, module) in all.chunks(100).enumerate() {
        root.push_str(&format!("mod things_{number};\n"));
        let before = module[0].checked_sub(1).map(|last| format!("use super::things_{}::Thing{last};\n", number - 1));
        let text = module.iter().copied().map(structure).collect::<String>();
        let file = project.path().join(format!("src/things_{number}.rs"));
        std::fs::write(file, format!("use schema_diff::Schema;\n{}{text}", before.unwrap_or_default()))
            .expect("a module");
    }
    project.set_source(&root);
}

/// The struct of it; every hundredth wants one index more.
fn structure(number: usize) -> String {
    let parent = number.saturating_sub(1);
    let more = if number.is_multiple_of(100) { ", index(note)" } else { "" };
    format!(
        "#[derive(Schema)]
#[db(table = \"thing_{number}\", index(name), index(status, created_at desc), index(email, where = \"active\"){more})]
pub struct Thing{number} {{
    #[db(primary_key, identity = always)]
    pub id: i64,
    pub name: String,
    #[db(type = \"varchar(100)\")]
    pub email: Option<String>,
    #[db(type = \"numeric(10,2)\", default = 0)]
    pub amount: rust_decimal::Decimal,
    #[db(default = true)]
    pub active: bool,
    #[db(default = now())]
    pub created_at: chrono::DateTime<chrono::Utc>,
    pub data: Option<serde_json::Value>,
    pub note: Option<String>,
    #[db(default = 1)]
    pub status: i32,
    #[db(references(Thing{parent}::id))]
    pub parent_id: Option<i64>,
}}\n"
    )
}
