use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "SELECT id FROM t WHERE EXISTS (SELECT 1 FROM u WHERE a = $1)",
    )
    .execute(pool)
    .await?;
    Ok(())
}
