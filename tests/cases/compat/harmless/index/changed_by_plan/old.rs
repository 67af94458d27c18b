use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "SELECT * FROM t WHERE a = $1",
    )
    .execute(pool)
    .await?;
    Ok(())
}
