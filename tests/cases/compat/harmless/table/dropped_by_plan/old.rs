use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "SELECT id FROM u",
    )
    .execute(pool)
    .await?;
    Ok(())
}

pub async fn insert(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO u (id) VALUES ($1) RETURNING *",
    )
    .execute(pool)
    .await?;
    Ok(())
}
