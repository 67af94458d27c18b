//! The tables of the database, with the types of their columns.

use schema_diff::Schema;

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(table = "users")]
pub struct User {
    #[db(primary_key)]
    pub id: i32,
    pub name: Option<String>,
}
