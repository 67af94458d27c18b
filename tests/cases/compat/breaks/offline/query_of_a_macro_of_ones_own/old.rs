use sqlx::PgPool;

macro_rules! select {
    ($column:literal) => {
        sqlx::query!("SELECT " + $column + " FROM t")
    };
}

pub async fn run(pool: &PgPool) -> sqlx::Result<()> {
    select!("b").fetch_all(pool).await?;
    Ok(())
}
