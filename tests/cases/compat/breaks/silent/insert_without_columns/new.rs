use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO t VALUES ($1, $2, $3)",
    )
    .execute(pool)
    .await?;
    Ok(())
}
