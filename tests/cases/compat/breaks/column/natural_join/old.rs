use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "SELECT t.a FROM t NATURAL JOIN u",
    )
    .execute(pool)
    .await?;
    Ok(())
}
