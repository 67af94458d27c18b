use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "DELETE FROM t WHERE id = $1",
    )
    .execute(pool)
    .await?;
    Ok(())
}
