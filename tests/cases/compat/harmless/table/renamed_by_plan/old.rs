use sqlx::PgPool;

#[derive(sqlx::FromRow)]
pub struct Row {
    pub id: i64,
    pub a: String,
}

pub async fn run(pool: &PgPool) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as::<_, Row>("SELECT id, a FROM t").fetch_all(pool).await
}

pub async fn insert(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO t (id, a) VALUES ($1, $2)",
    )
    .execute(pool)
    .await?;
    Ok(())
}
