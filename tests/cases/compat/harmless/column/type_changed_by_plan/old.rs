use sqlx::PgPool;

#[derive(sqlx::FromRow)]
pub struct Row {
    pub n: i32,
}

pub async fn run(pool: &PgPool) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as::<_, Row>("SELECT n FROM t").fetch_all(pool).await
}

pub async fn insert(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO t (id, n) VALUES ($1, $2)",
    )
    .execute(pool)
    .await?;
    Ok(())
}
