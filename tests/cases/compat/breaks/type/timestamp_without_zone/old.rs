use sqlx::PgPool;

use chrono::{DateTime, Utc};

#[derive(sqlx::FromRow)]
pub struct T {
    pub at: DateTime<Utc>,
}

pub async fn run(pool: &PgPool) -> sqlx::Result<Vec<T>> {
    sqlx::query_as::<_, T>("SELECT at FROM t").fetch_all(pool).await
}
