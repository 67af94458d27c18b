//! `people.name` becomes `first` and `last`: each client writes rows of its own, in its release's form, and knows what
//! they must hold.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::time::Duration;

use sqlx::{Connection, PgConnection};
use tests::{Application, Server, majors};
use tokio::task::JoinSet;

const CLIENTS: i64 = 8;
/// Rows of each client that are there at the beginning.
const ROWS: i64 = 500;

const OLD: &str = "#[db(index)]\n    pub name: String,";
const NEW: &str = "#[db(
        renamed_from = \"name\",
        using = \"split_part(name, ' ', 1)\",
        back = \"concat_ws(' ', first, last)\"
    )]
    pub first: String,
    #[db(index, renamed_from = \"name\", using = \"nullif(substr(name, strpos(name || ' ', ' ') + 1), '')\")]
    pub last: Option<String>,";

/// What is live.
#[derive(Clone, Copy)]
#[repr(u8)]
enum Stage {
    /// The old release.
    Old,
    /// Both, half of the clients each.
    Both,
    /// The new release.
    New,
}

struct Shared {
    stage: AtomicU8,
    stopped: AtomicBool,
}

/// First and last name by the row's id; the last one may be missing.
type Names = BTreeMap<i64, (String, Option<String>)>;

fn source(columns: &str) -> String {
    format!(
        "/// Somebody.
#[derive(Schema)]
#[db(table = \"people\")]
pub struct Person {{
    #[db(primary_key)]
    pub id: i64,
    {columns}
    #[db(default = 0)]
    pub hits: i64,
}}
"
    )
}

async fn client(url: String, number: i64, shared: Arc<Shared>) -> Result<Names, sqlx::Error> {
    let mut connection = PgConnection::connect(&url).await?;
    let own = |at: i64| number + CLIENTS * at;
    let mut names: Names = (0..ROWS).map(|at| (own(at), (format!("f{}", own(at)), None))).collect();
    let mut count = 0;
    while !shared.stopped.load(Ordering::SeqCst) {
        count += 1;
        let stage = shared.stage.load(Ordering::SeqCst);
        let new = stage == Stage::New as u8 || (stage == Stage::Both as u8 && number % 2 == 0);
        let (first, last) = (format!("f{count}"), (count % 3 != 0).then(|| format!("l{number} l{count}")));
        let id = if count % 4 == 0 { own(ROWS + count) } else { own(count * 7 % ROWS) };
        let hits = sqlx::query("UPDATE people SET hits = hits + 1 WHERE id = $1").bind(own(count % ROWS));
        hits.execute(&mut connection).await?;
        let sql = match (new, count % 4 == 0) {
            (true, true) => "INSERT INTO people (id, first, last) VALUES ($1, $2, $3)",
            (true, false) => "UPDATE people SET first = $2, last = $3 WHERE id = $1",
            (false, true) => "INSERT INTO people (id, name) VALUES ($1, concat_ws(' ', $2::text, $3::text))",
            (false, false) => "UPDATE people SET name = concat_ws(' ', $2::text, $3::text) WHERE id = $1",
        };
        sqlx::query(sql).bind(id).bind(&first).bind(&last).execute(&mut connection).await?;
        names.insert(id, (first, last));
    }
    connection.close().await?;
    Ok(names)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_column_is_split_under_writers() {
    for major in majors() {
        let database = Server::shared(major).await.fresh_database().await;
        let application = Application::applied(&source(OLD), &database.url).await;
        let rows = CLIENTS * ROWS;
        database
            .execute(format!(
                "INSERT INTO people (id, name) SELECT n, 'f' || n FROM generate_series(0, {rows} - 1) AS n"
            ))
            .await;
        application.migrate_to(&source(NEW), &[]).await;
        let shared = Arc::new(Shared { stage: AtomicU8::new(Stage::Old as u8), stopped: AtomicBool::new(false) });
        let mut clients = JoinSet::new();
        for number in 0..CLIENTS {
            clients.spawn(client(database.url.clone(), number, Arc::clone(&shared)));
        }
        let enter = async |stage: Stage| {
            shared.stage.store(stage as u8, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(500)).await;
        };
        enter(Stage::Old).await;
        application.run(&["apply"]).await.expect_code(0);
        enter(Stage::Both).await;
        enter(Stage::New).await;
        application.run(&["confirm", "v2"]).await.expect_code(0);
        application.run(&["contract"]).await.expect_code(0);
        enter(Stage::New).await;
        shared.stopped.store(true, Ordering::SeqCst);
        let mut wanted = Vec::new();
        while let Some(names) = clients.join_next().await {
            let names = names.expect("no panic").unwrap_or_else(|error| panic!("a writer on {major}: {error}"));
            wanted.extend(
                names.into_iter().map(|(id, (first, last))| format!("{id} {first} {}", last.unwrap_or_default())),
            );
        }
        let mut found = database.rows("SELECT concat(id, ' ', first, ' ', last) FROM people").await;
        wanted.sort();
        found.sort();
        let wrong: Vec<_> = wanted.iter().zip(&found).filter(|(wanted, found)| wanted != found).take(5).collect();
        assert!(wanted.len() == found.len() && wrong.is_empty(), "on {major}: wanted, found: {wrong:?}");
        println!("{} rows written by both forms, PostgreSQL {major}", wanted.len());
    }
}
