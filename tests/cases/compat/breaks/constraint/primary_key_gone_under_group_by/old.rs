use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "SELECT id, a FROM t GROUP BY id",
    )
    .execute(pool)
    .await?;
    Ok(())
}
