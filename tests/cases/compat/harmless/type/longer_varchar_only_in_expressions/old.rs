use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "SELECT lower(a) FROM t WHERE a = $1",
    )
    .execute(pool)
    .await?;
    Ok(())
}

pub async fn update(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE t SET a = $1",
    )
    .execute(pool)
    .await?;
    Ok(())
}
