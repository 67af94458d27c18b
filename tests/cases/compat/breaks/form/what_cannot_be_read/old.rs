use sqlx::PgPool;

pub async fn run(pool: &PgPool, order: &str) -> sqlx::Result<()> {
    let sql = format!("SELECT id FROM t ORDER BY {order}");
    sqlx::query(sqlx::AssertSqlSafe(sql)).execute(pool).await?;
    sqlx::query("SELECT nothing FROM nowhere").execute(pool).await?;
    sqlx::query("NOTIFY changed").execute(pool).await?;
    sqlx::query("SELECT b FROM t").execute(pool).await?;
    Ok(())
}
