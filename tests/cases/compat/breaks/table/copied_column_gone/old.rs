use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::raw_sql("COPY t (id, b) FROM STDIN").execute(pool).await?;
    Ok(())
}
