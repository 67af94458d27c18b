use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "SELECT f($1)",
    )
    .execute(pool)
    .await?;
    Ok(())
}
