use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "SELECT a FROM t",
    )
    .execute(pool)
    .await?;
    Ok(())
}

pub async fn harmless(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "SELECT upper(a) FROM t",
    )
    .execute(pool)
    .await?;
    Ok(())
}
