use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "SELECT id, a FROM t",
    )
    .execute(pool)
    .await?;
    Ok(())
}

pub async fn insert(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO t (id, a) VALUES ($1, $2) RETURNING id",
    )
    .execute(pool)
    .await?;
    Ok(())
}

pub async fn without_columns(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO t VALUES ($1, $2)",
    )
    .execute(pool)
    .await?;
    Ok(())
}
