use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE t SET a = $1",
    )
    .execute(pool)
    .await?;
    Ok(())
}
