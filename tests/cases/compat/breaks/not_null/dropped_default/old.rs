use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO t (id) VALUES ($1)",
    )
    .execute(pool)
    .await?;
    Ok(())
}

pub async fn by_word(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO t (id, a) VALUES ($1, DEFAULT)",
    )
    .execute(pool)
    .await?;
    Ok(())
}
