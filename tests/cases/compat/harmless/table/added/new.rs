use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "SELECT a FROM u",
    )
    .execute(pool)
    .await?;
    Ok(())
}

pub async fn joined(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "SELECT t.a FROM t JOIN u USING (id)",
    )
    .execute(pool)
    .await?;
    Ok(())
}
