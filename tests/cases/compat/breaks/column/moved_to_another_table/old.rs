use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<Vec<T>> {
    sqlx::query_as::<_, T>("SELECT id, a FROM t").fetch_all(pool).await
}

#[derive(sqlx::FromRow)]
pub struct T {
    pub id: i64,
    pub a: String,
}

