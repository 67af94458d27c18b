use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "SELECT * FROM t",
    )
    .execute(pool)
    .await?;
    Ok(())
}

pub async fn delete(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "DELETE FROM t RETURNING *",
    )
    .execute(pool)
    .await?;
    Ok(())
}
