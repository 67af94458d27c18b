use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "SELECT a FROM v WHERE id = $1",
    )
    .execute(pool)
    .await?;
    Ok(())
}
