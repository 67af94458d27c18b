use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO t (id, a) VALUES ($1, $2)",
    )
    .execute(pool)
    .await?;
    Ok(())
}

pub async fn read(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "SELECT id, a FROM t",
    )
    .execute(pool)
    .await?;
    Ok(())
}
