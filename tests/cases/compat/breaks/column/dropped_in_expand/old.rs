use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "SELECT a FROM t WHERE id = $1",
    )
    .execute(pool)
    .await?;
    Ok(())
}

pub async fn harmless(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "SELECT id FROM t",
    )
    .execute(pool)
    .await?;
    Ok(())
}
