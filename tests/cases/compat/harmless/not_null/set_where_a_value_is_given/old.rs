use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "SELECT a FROM t",
    )
    .execute(pool)
    .await?;
    Ok(())
}

pub async fn delete(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "DELETE FROM t WHERE a = $1",
    )
    .execute(pool)
    .await?;
    Ok(())
}

pub async fn other(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE t SET id = $1",
    )
    .execute(pool)
    .await?;
    Ok(())
}
