use sqlx::PgPool;

#[derive(sqlx::FromRow)]
pub struct T {
    pub a: Option<String>,
}

pub async fn run(pool: &PgPool) -> sqlx::Result<Vec<T>> {
    sqlx::query_as::<_, T>("SELECT a FROM t").fetch_all(pool).await
}

pub async fn one(pool: &PgPool) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar::<_, Option<String>>("SELECT a FROM t").fetch_one(pool).await
}

pub async fn by_macro(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query!("SELECT a AS \"a?\" FROM t").fetch_all(pool).await?;
    Ok(())
}

pub async fn other(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "SELECT id FROM t",
    )
    .execute(pool)
    .await?;
    Ok(())
}
