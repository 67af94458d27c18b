use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "SELECT * FROM t",
    )
    .execute(pool)
    .await?;
    Ok(())
}

pub async fn view(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "SELECT * FROM v",
    )
    .execute(pool)
    .await?;
    Ok(())
}

pub async fn insert(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO t (id, a) VALUES ($1, $2) RETURNING *",
    )
    .execute(pool)
    .await?;
    Ok(())
}
