use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "SELECT id FROM t WHERE m = 'sad'",
    )
    .execute(pool)
    .await?;
    Ok(())
}

pub async fn insert(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO t (id, m) VALUES ($1, $2)",
    )
    .execute(pool)
    .await?;
    Ok(())
}
