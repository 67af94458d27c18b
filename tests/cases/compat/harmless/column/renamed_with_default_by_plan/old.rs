use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO t (id) VALUES ($1)",
    )
    .execute(pool)
    .await?;
    Ok(())
}

pub async fn update(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE t SET a = $1 WHERE id = $2 RETURNING a",
    )
    .execute(pool)
    .await?;
    Ok(())
}
