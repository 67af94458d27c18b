//! The tables of the database, with the types of their columns.

use schema_diff::Schema;

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
pub struct Kept {
    #[db(compression = pglz)]
    pub a: Option<String>,
}
