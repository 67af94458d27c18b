use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "SELECT a FROM t",
    )
    .execute(pool)
    .await?;
    Ok(())
}
