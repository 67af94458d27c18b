use sqlx::PgPool;

#[derive(sqlx::FromRow)]
pub struct Row {
    pub id: i64,
    pub b: String,
}

pub async fn run(pool: &PgPool) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as::<_, Row>("SELECT id, b FROM t").fetch_all(pool).await
}

pub async fn upsert(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO t (id, b) VALUES ($1, $2) ON CONFLICT (b) DO UPDATE SET b = excluded.b RETURNING id, b",
    )
    .execute(pool)
    .await?;
    Ok(())
}
