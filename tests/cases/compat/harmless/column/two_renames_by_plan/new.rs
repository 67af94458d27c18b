use sqlx::PgPool;

#[derive(sqlx::FromRow)]
pub struct Row {
    pub b: String,
    pub d: Option<i32>,
}

pub async fn one(pool: &PgPool) -> sqlx::Result<Row> {
    sqlx::query_as("SELECT b, d FROM t WHERE id = $1").bind(1_i64).fetch_one(pool).await
}

pub async fn update(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE t SET b = $1, d = NULL WHERE id = $2",
    )
    .execute(pool)
    .await?;
    Ok(())
}
