use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query!("SELECT t.a FROM t AS x LEFT JOIN t ON t.id = x.id + 1").fetch_all(pool).await?;
    Ok(())
}
