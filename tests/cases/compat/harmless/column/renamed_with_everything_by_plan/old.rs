use sqlx::PgPool;

#[derive(sqlx::FromRow)]
pub struct Row {
    pub id: i64,
    pub a: String,
}

pub async fn run(pool: &PgPool) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as::<_, Row>("SELECT id, a FROM t").fetch_all(pool).await
}

pub async fn upsert(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO t (id, a) VALUES ($1, $2) ON CONFLICT (a) DO UPDATE SET a = excluded.a RETURNING id, a",
    )
    .execute(pool)
    .await?;
    Ok(())
}
