//! The tables of the database, with the types of their columns.

use schema_diff::Schema;

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(table = "events")]
#[db(unlogged)]
pub struct Event {
    #[db(primary_key, type = "bigserial")]
    pub id: i64,
    #[db(identity = always)]
    pub number: i64,
    pub body: Option<String>,
}

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(table = "logs")]
#[db(unlogged)]
pub struct Log {
    #[db(primary_key, type = "bigserial", sequence(name = "startup_logs_id_seq"))]
    pub id: i64,
}
