use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE t SET id = $1 WHERE a = $2",
    )
    .execute(pool)
    .await?;
    Ok(())
}
