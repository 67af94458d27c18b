//! The tables of the database, with the types of their columns.

use schema_diff::Schema;

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(unlogged)]
#[db(with(autovacuum_enabled = "false", fillfactor = 70, toast.autovacuum_enabled = "false"))]
pub struct Cache {
    pub id: Option<i32>,
    pub more: Option<String>,
}

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(table = "none")]
pub struct NoneRow {}
