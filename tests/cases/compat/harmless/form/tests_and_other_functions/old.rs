use sqlx::PgPool;

pub fn query(text: &str) -> usize {
    text.len()
}

pub fn run() -> usize {
    let text = String::new();
    query(&text) + query("no SQL at all").min(1)
}

#[cfg(test)]
mod tests {
    #[sqlx::test]
    async fn reads(pool: sqlx::PgPool) {
        sqlx::query("SELECT b FROM t").execute(&pool).await.unwrap();
    }
}
