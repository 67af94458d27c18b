use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO t (id, a) VALUES ($1, $2)",
    )
    .execute(pool)
    .await?;
    Ok(())
}

pub async fn harmless(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO t (a) VALUES ($1)",
    )
    .execute(pool)
    .await?;
    Ok(())
}
