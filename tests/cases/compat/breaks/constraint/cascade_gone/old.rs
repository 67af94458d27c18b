use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "DELETE FROM u WHERE id = $1",
    )
    .execute(pool)
    .await?;
    Ok(())
}
