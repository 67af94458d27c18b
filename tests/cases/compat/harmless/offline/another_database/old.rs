use sqlx::PgPool;

