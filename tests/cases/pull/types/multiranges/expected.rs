//! The tables of the database, with the types of their columns.

use schema_diff::Schema;

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(table = "multiranges")]
#[db(column(a: "int4multirange", default = "'{}'"))]
#[db(column(b: "tstzmultirange", nullable))]
#[db(column(c: "datemultirange[]", nullable))]
pub struct Multirange {
    #[db(primary_key)]
    pub id: i32,
}
