use sqlx::PgPool;

use sqlx::{Postgres, QueryBuilder};

pub fn run() -> QueryBuilder<Postgres> {
    QueryBuilder::new("INSERT INTO t (id, b) ")
}

pub fn filter() -> QueryBuilder<Postgres> {
    QueryBuilder::new("SELECT b FROM t WHERE ")
}
