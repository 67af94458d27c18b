use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "SELECT a FROM t WHERE id = ANY($1)",
    )
    .execute(pool)
    .await?;
    Ok(())
}
