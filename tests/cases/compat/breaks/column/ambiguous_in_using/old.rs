use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "SELECT v.a FROM t JOIN u USING (id) JOIN v USING (a)",
    )
    .execute(pool)
    .await?;
    Ok(())
}
