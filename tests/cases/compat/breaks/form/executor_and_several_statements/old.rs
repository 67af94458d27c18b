use sqlx::PgPool;

use sqlx::Executor;

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    pool.execute("UPDATE t SET b = NULL").await?;
    sqlx::raw_sql(
        "SELECT id FROM t;
         SELECT b FROM t;",
    )
    .execute(pool)
    .await?;
    Ok(())
}
