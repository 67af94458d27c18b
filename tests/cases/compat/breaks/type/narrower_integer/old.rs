use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE t SET n = $1 WHERE id = $2",
    )
    .execute(pool)
    .await?;
    Ok(())
}
