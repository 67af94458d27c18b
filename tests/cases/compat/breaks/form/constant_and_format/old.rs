use sqlx::PgPool;

const COLUMNS: &str = "id, b";
const BY_ID: &str = "SELECT b FROM t WHERE id = $1";

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(BY_ID).execute(pool).await?;
    let sql = format!("SELECT {COLUMNS} FROM t");
    sqlx::query(sqlx::AssertSqlSafe(sql)).execute(pool).await?;
    let update = "UPDATE t SET b = $1";
    sqlx::query(update).execute(pool).await?;
    Ok(())
}
