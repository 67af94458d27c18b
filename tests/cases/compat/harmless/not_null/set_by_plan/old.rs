use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO t (id) VALUES ($1)",
    )
    .execute(pool)
    .await?;
    Ok(())
}

pub async fn clear(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE t SET a = NULL",
    )
    .execute(pool)
    .await?;
    Ok(())
}
