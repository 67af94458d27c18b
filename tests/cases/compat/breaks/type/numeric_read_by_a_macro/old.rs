use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query!("SELECT n FROM t").fetch_all(pool).await?;
    Ok(())
}
