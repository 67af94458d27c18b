//! The tables of the database, with the types of their columns.

use schema_diff::Schema;

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(table = "customers")]
#[db(column(home: "address", nullable))]
pub struct Customer {
    #[db(primary_key, type = "positive")]
    pub id: i32,
    #[db(type = "email", default = "'a@b'::character varying")]
    pub mail: String,
    #[db(type = "email[]")]
    pub other: Option<Vec<String>>,
}
