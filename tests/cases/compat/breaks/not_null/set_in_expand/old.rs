use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO t (id) VALUES ($1)",
    )
    .execute(pool)
    .await?;
    Ok(())
}

pub async fn clears(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE t SET a = NULL WHERE id = $1",
    )
    .execute(pool)
    .await?;
    Ok(())
}

pub async fn writes(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE t SET a = $1",
    )
    .execute(pool)
    .await?;
    Ok(())
}
