use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "SELECT t.a, count(*) FROM t JOIN u ON u.t_id = t.id GROUP BY t.a ORDER BY t.a",
    )
    .execute(pool)
    .await?;
    Ok(())
}
