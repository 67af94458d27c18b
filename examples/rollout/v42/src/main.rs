//! The bookstore's customers, as a service. `DATABASE_URL` names the database, `LISTEN` the address; the address is
//! printed as soon as requests are served. SIGTERM ends it, after the requests that are under way.

mod customer;

use std::env;
use std::error::Error;
use std::process::ExitCode;

use schema_diff::{Migrator, migrations};
use sqlx::PgPool;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

static MIGRATIONS: Migrator = migrations!();

/// As in `v42`.
const RELEASE: &str = concat!("v", env!("CARGO_PKG_VERSION_MAJOR"));

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bookstore {RELEASE}: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let pool = PgPool::connect(&env::var("DATABASE_URL").map_err(|_| "DATABASE_URL is not set")?).await?;
    // Not on a database that isn't ready for this release, nor on one that has left it behind.
    schema_diff::ready(&pool, &MIGRATIONS).await?;
    // `cargo schema contract` sees that this release is alive.
    let alive = MIGRATIONS.announce(&pool, RELEASE);

    let mut terminate = signal(SignalKind::terminate())?;
    let listener = TcpListener::bind(env::var("LISTEN").as_deref().unwrap_or("127.0.0.1:8080")).await?;
    println!("{}", listener.local_addr()?);
    let shutdown = async move { _ = terminate.recv().await };
    axum::serve(listener, customer::routes(pool.clone())).with_graceful_shutdown(shutdown).await?;

    // In this order, so that no session is left over that nobody has announced.
    pool.close().await;
    alive.end().await;
    Ok(())
}
