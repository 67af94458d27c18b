use sqlx::PgPool;

pub async fn run(pool: &PgPool, n: i32) -> sqlx::Result<()> {
    sqlx::query!("DELETE FROM t WHERE n = $1", n).execute(pool).await?;
    Ok(())
}
