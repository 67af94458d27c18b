use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO t (id, u_id) VALUES ($1, $2)",
    )
    .execute(pool)
    .await?;
    Ok(())
}

pub async fn delete(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "DELETE FROM u WHERE id = $1",
    )
    .execute(pool)
    .await?;
    Ok(())
}
