//! The main job from nothing, as a shell session: a field of the bookstore is renamed while both releases write.
//!
//! It needs no server and leaves nothing behind. It ends with one line that counts rows, losses and errors, and exits
//! with 0 only if there were none.

mod log;
mod shell;
mod shop;
mod writers;

use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use schema_diff::embedded::{Major, Progress, ScratchServer};
use sqlx::postgres::PgPoolOptions;

use crate::log::Log;
use crate::shell::{Shell, say};
use crate::shop::Shop;
use crate::writers::{NEW, OLD, Writers};

/// Readers in the shop before anybody writes.
const CUSTOMERS: i64 = 200_000;

/// Tasks that write in each release's form.
const WRITERS: usize = 4;

#[tokio::main]
async fn main() -> ExitCode {
    match tour().await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("tour: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether nothing was lost.
async fn tour() -> Result<bool, Box<dyn Error>> {
    let mut shell = Shell::build()?;
    let begun = Instant::now();
    say("An empty PostgreSQL, found on this machine or fetched once.");
    let server = ScratchServer::start(Major::LATEST, &Progress::silent()).await?;
    let url = server.create_database("bookstore").await?;
    shell.set("DATABASE_URL", &url);
    let pool = PgPoolOptions::new().max_connections(20).connect(&url).await?;

    say("The bookstore, release 1: its tables are structs, its history is a folder of migrations.");
    let shop = Shop::copy()?;
    shell.enter(&shop.directory());
    shell.cargo_schema(&["apply"], 0)?;
    shop::fill(&pool, CUSTOMERS).await?;
    println!("(the shop now has {CUSTOMERS} customers)");

    say("Release 2 renames a field. The edit, in the struct and its queries:");
    shop.rename()?;
    shell.cargo_schema(&["diff", "--write"], 0)?;

    say(&format!("Release 1 is live: {WRITERS} tasks write in its form. Expand and backfill run beside them."));
    let log = Arc::new(Log::filled(CUSTOMERS));
    let old = Writers::start(OLD, WRITERS, &pool, &log);
    shell.cargo_schema(&["apply"], 0)?;

    say("Release 2 rolls out: both forms are written, on the same rows.");
    let new = Writers::start(NEW, WRITERS, &pool, &log);
    tokio::time::sleep(Duration::from_secs(2)).await;
    say("Nobody has said that release 1 is gone, so the old form can't be removed:");
    shell.cargo_schema(&["contract"], 5)?;

    say("Now release 1 is gone, and that is confirmed.");
    let old = old.stop().await;
    shell.cargo_schema(&["confirm", "2.0"], 0)?;
    shell.cargo_schema(&["contract"], 0)?;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let new = new.stop().await;
    shell.cargo_schema(&["status"], 0)?;
    shell.cargo_schema(&["diff", "--exit-code"], 0)?;

    say("Every row against what the writers wrote:");
    println!("release 1: {old}");
    println!("release 2: {new}");
    let lost = log.compare(&pool).await?;
    let errors = old.errors() + new.errors();
    println!("({} s since the build)", begun.elapsed().as_secs());
    println!("tour: {} rows checked, {lost} lost, {errors} writer errors", log.rows().await);
    Ok(lost == 0 && errors == 0)
}
