use sqlx::PgPool;

pub async fn run(pool: &PgPool) {
    let _ = tokio::join!(sqlx::query!("SELECT b FROM t").fetch_all(pool), async { pool.acquire().await });
}
