use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO t (id, a, j, n) VALUES ($1, $2, $3, $4)",
    )
    .execute(pool)
    .await?;
    Ok(())
}

pub async fn filter(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "SELECT id FROM t WHERE a = $1",
    )
    .execute(pool)
    .await?;
    Ok(())
}
