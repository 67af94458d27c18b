use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "SELECT * FROM t UNION ALL SELECT * FROM u",
    )
    .execute(pool)
    .await?;
    Ok(())
}
