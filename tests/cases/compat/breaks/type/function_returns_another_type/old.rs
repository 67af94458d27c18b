use sqlx::PgPool;

pub async fn run(pool: &PgPool) -> sqlx::Result<i32> {
    sqlx::query_scalar::<_, i32>("SELECT f() AS n").fetch_one(pool).await
}
