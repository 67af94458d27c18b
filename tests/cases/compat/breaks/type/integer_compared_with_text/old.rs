use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "SELECT id FROM t WHERE n = $1",
    )
    .execute(pool)
    .await?;
    Ok(())
}
