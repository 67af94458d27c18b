use sqlx::PgPool;

#[derive(sqlx::FromRow)]
pub struct Row {
    pub m: i64,
}

pub async fn run(pool: &PgPool) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as::<_, Row>("SELECT m FROM t").fetch_all(pool).await
}

pub async fn insert(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO t (id, m) VALUES ($1, $2)",
    )
    .execute(pool)
    .await?;
    Ok(())
}

pub async fn by_macro(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query!("SELECT m FROM t WHERE id = $1").fetch_all(pool).await?;
    Ok(())
}
