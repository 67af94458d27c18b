use sqlx::PgPool;

mod inner {
    #[derive(sqlx::FromRow)]
    pub struct Row {
        #[sqlx(rename = "a")]
        pub text: String,
    }

    impl Row {
        pub async fn all(pool: &sqlx::PgPool) -> sqlx::Result<Vec<Self>> {
            sqlx::query_as::<_, Self>("SELECT a FROM t").fetch_all(pool).await
        }
    }
}

pub struct Store(PgPool);

impl Store {
    pub async fn run(&self) -> sqlx::Result<String> {
        sqlx::query_scalar("SELECT b FROM t").fetch_one(&self.0).await
    }
}
