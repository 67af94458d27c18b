use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "SELECT x.* FROM t AS x WHERE x.id = $1",
    )
    .execute(pool)
    .await?;
    Ok(())
}
