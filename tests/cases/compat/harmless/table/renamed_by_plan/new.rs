use sqlx::PgPool;

#[derive(sqlx::FromRow)]
pub struct Row {
    pub id: i64,
    pub a: String,
}

pub async fn run(pool: &PgPool) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as::<_, Row>("SELECT id, a FROM u").fetch_all(pool).await
}

pub async fn insert(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO u (id, a) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING",
    )
    .execute(pool)
    .await?;
    Ok(())
}
