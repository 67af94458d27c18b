use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::raw_sql("TRUNCATE TABLE t").execute(pool).await?;
    Ok(())
}

pub async fn copy(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::raw_sql("COPY t (id, a) FROM STDIN").execute(pool).await?;
    Ok(())
}

pub async fn harmless(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::raw_sql("LOCK TABLE t").execute(pool).await?;
    Ok(())
}
