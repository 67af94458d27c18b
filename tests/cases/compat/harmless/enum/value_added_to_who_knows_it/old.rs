use sqlx::PgPool;

#[derive(sqlx::Type)]
#[sqlx(type_name = "mood", rename_all = "lowercase")]
pub enum Mood {
    Sad,
    Glad,
    Calm,
}

#[derive(sqlx::FromRow)]
pub struct T {
    pub m: Mood,
}

pub async fn run(pool: &PgPool) -> sqlx::Result<Vec<T>> {
    sqlx::query_as::<_, T>("SELECT m FROM t").fetch_all(pool).await
}
