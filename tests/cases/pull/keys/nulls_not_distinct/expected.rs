//! The tables of the database, with the types of their columns.

use schema_diff::Schema;

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(unique(b, c, nulls_not_distinct))]
pub struct T {
    #[db(unique(nulls_not_distinct))]
    pub a: Option<i32>,
    #[db(index(unique, nulls_not_distinct))]
    pub b: Option<i32>,
    pub c: Option<i32>,
}
