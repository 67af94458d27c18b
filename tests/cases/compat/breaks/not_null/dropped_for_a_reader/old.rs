use sqlx::PgPool;

#[derive(sqlx::FromRow)]
pub struct T {
    pub id: i64,
    pub a: String,
}

#[derive(sqlx::FromRow)]
pub struct Loose {
    pub id: i64,
    pub a: Option<String>,
}

pub async fn run(pool: &PgPool) -> sqlx::Result<Vec<T>> {
    sqlx::query_as::<_, T>("SELECT id, a FROM t").fetch_all(pool).await
}

pub async fn harmless(pool: &PgPool) -> sqlx::Result<Vec<Loose>> {
    sqlx::query_as::<_, Loose>("SELECT id, a FROM t").fetch_all(pool).await
}

pub async fn by_macro(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query!("SELECT a FROM t").fetch_all(pool).await?;
    Ok(())
}

pub async fn one(pool: &PgPool) -> sqlx::Result<String> {
    sqlx::query_scalar::<_, String>("SELECT a FROM t").fetch_one(pool).await
}
