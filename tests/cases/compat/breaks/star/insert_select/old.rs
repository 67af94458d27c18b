use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO t SELECT * FROM u",
    )
    .execute(pool)
    .await?;
    Ok(())
}
