use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "SELECT id, a FROM t GROUP BY id",
    )
    .execute(pool)
    .await?;
    Ok(())
}

pub async fn row_address(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "SELECT ctid FROM t",
    )
    .execute(pool)
    .await?;
    Ok(())
}

pub async fn upsert(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO t (id, a) VALUES ($1, $2) ON CONFLICT ON CONSTRAINT t_pkey DO NOTHING",
    )
    .execute(pool)
    .await?;
    Ok(())
}

pub async fn harmless(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "SELECT id, a FROM t",
    )
    .execute(pool)
    .await?;
    Ok(())
}
