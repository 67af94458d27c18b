use sqlx::PgPool;

#[derive(sqlx::FromRow)]
pub struct Row {
    pub a: String,
}

pub async fn run(pool: &PgPool) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as::<_, Row>("SELECT a FROM t").fetch_all(pool).await
}
