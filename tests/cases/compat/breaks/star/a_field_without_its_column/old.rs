use sqlx::PgPool;

#[derive(sqlx::FromRow)]
pub struct T {
    pub id: i64,
    pub b: Option<String>,
}

pub async fn run(pool: &PgPool) -> sqlx::Result<Vec<T>> {
    sqlx::query_as::<_, T>("SELECT * FROM t").fetch_all(pool).await
}
