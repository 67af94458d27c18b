use sqlx::PgPool;

#[derive(sqlx::FromRow)]
pub struct T {
    pub n: i32,
}

pub async fn run(pool: &PgPool) -> sqlx::Result<Vec<T>> {
    sqlx::query_as::<_, T>("SELECT n FROM t").fetch_all(pool).await
}

pub async fn by_macro(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query!("SELECT n FROM t WHERE id = $1").fetch_all(pool).await?;
    Ok(())
}

pub async fn by_hand(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "SELECT n FROM t LIMIT 1",
    )
    .execute(pool)
    .await?;
    Ok(())
}

pub async fn one(pool: &PgPool) -> sqlx::Result<i32> {
    sqlx::query_scalar::<_, i32>("SELECT n FROM t").fetch_one(pool).await
}

pub async fn harmless(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE t SET n = $1",
    )
    .execute(pool)
    .await?;
    Ok(())
}
