use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO t (id, n) VALUES ($1, $2)",
    )
    .execute(pool)
    .await?;
    Ok(())
}

pub async fn filter(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "SELECT id FROM t WHERE n = $1",
    )
    .execute(pool)
    .await?;
    Ok(())
}

pub async fn update(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE t SET n = n + $1",
    )
    .execute(pool)
    .await?;
    Ok(())
}
