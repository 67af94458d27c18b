//! The tables of the database, with the types of their columns.

use schema_diff::Schema;

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
pub struct People {
    pub first: String,
    pub last: Option<String>,
    #[db(generated = "(first || ' '::text) || COALESCE(last, ''::text)")]
    pub whole: Option<String>,
    #[db(generated = length(first))]
    pub length: i32,
}
