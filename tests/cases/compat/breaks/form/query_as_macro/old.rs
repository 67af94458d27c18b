use sqlx::PgPool;

#[derive(Debug)]
pub struct T {
    pub n: i32,
    pub a: String,
}

pub async fn run(pool: &PgPool) -> sqlx::Result<Vec<T>> {
    sqlx::query_as!(T, "SELECT n, a FROM t").fetch_all(pool).await
}

pub async fn forced(pool: &PgPool) -> sqlx::Result<Vec<T>> {
    sqlx::query_as!(T, r#"SELECT n AS "n!: i32", a AS "a!" FROM t"#).fetch_all(pool).await
}
