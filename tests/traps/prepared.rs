//! `SELECT *` prepared by release N, across expand and contract.

use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use tests::majors;

use crate::support::Trap;

const STAR: &str = "SELECT * FROM t WHERE id = $1";

async fn select(pool: &PgPool) -> Result<(), sqlx::Error> {
    sqlx::query(STAR).bind(1_i64).fetch_one(pool).await.map(|_| ())
}

fn code(error: sqlx::Error) -> Option<String> {
    error.as_database_error().and_then(|error| error.code()).map(|code| code.into_owned())
}

#[tokio::test]
async fn a_star_is_named_as_a_hazard_and_cured_by_the_pool() {
    for major in majors() {
        let row = "INSERT INTO t (id, o) VALUES (1, 'a')";
        let literal = format!("/// Reads a thing.\npub const READ: &str = \"{STAR}\";");
        let trap = Trap::with_source(major, "", "String", row, &[], &literal).await;
        let hazard = trap.plan.lines().find(|line| line.contains("hazard cached-plan:")).expect("the hazard");
        let source = std::fs::read_to_string(trap.application.path().join("src/lib.rs")).expect("a file");
        let line = source.lines().position(|line| line.contains(STAR)).expect("the literal") + 1;
        assert!(hazard.contains(&format!("src/lib.rs:{line}:")), "line {line}: {hazard}");

        let one = PgPoolOptions::new().max_connections(1);
        let as_it_is = one.clone().connect(&trap.database.url).await.expect("a pool");
        let cured = one
            .before_acquire(|connection, _| {
                Box::pin(async move {
                    sqlx::Connection::clear_cached_statements(connection).await?;
                    Ok(true)
                })
            })
            .connect(&trap.database.url)
            .await
            .expect("a pool");
        for pool in [&as_it_is, &cured] {
            select(pool).await.expect("before expand");
        }
        trap.apply().await;
        // It never recovers on that connection.
        for _ in 0..3 {
            assert_eq!(code(select(&as_it_is).await.expect_err("a cached plan")).as_deref(), Some("0A000"));
        }
        select(&cured).await.expect("after expand");
        trap.contract().await;
        select(&cured).await.expect("after the contract");
    }
}
