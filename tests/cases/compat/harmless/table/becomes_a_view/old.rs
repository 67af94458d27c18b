use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "SELECT id, a FROM t FOR UPDATE",
    )
    .execute(pool)
    .await?;
    Ok(())
}

pub async fn insert(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO t (id, a) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING RETURNING id",
    )
    .execute(pool)
    .await?;
    Ok(())
}

pub async fn delete(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "DELETE FROM t USING t AS o WHERE o.id = t.id",
    )
    .execute(pool)
    .await?;
    Ok(())
}
