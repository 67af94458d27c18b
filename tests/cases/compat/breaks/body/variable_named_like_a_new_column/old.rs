use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "SELECT f()",
    )
    .execute(pool)
    .await?;
    Ok(())
}
