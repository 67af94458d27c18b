use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "SELECT left(a, 1) AS first FROM t ORDER BY first",
    )
    .execute(pool)
    .await?;
    Ok(())
}
