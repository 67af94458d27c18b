use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "SELECT a FROM t JOIN u ON u.t_id = t.id",
    )
    .execute(pool)
    .await?;
    Ok(())
}

pub async fn harmless(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "SELECT t.a FROM t JOIN u ON u.t_id = t.id",
    )
    .execute(pool)
    .await?;
    Ok(())
}
