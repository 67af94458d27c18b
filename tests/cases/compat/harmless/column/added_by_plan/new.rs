use sqlx::PgPool;

#[derive(sqlx::FromRow)]
pub struct Row {
    pub a: String,
    pub b: String,
}

pub async fn run(pool: &PgPool) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as::<_, Row>("SELECT a, b FROM t").fetch_all(pool).await
}

pub async fn insert(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO t (id, a, b) VALUES ($1, $2, $3)",
    )
    .execute(pool)
    .await?;
    Ok(())
}
