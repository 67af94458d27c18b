//! The tables of the database, with the types of their columns.

use schema_diff::Schema;
use sqlx::postgres::types::{PgCube, PgHstore, PgLQuery, PgLTree};

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(column(g: "ext.ltxtquery", nullable))]
pub struct Extended {
    #[db(type = "citext")]
    pub a: String,
    pub b: Option<PgHstore>,
    #[db(type = "ext.ltree", index(using = gist))]
    pub c: Option<PgLTree>,
    pub d: Option<PgCube>,
    #[db(type = "citext[]")]
    pub e: Option<Vec<String>>,
    #[db(type = "ext.lquery")]
    pub f: Option<PgLQuery>,
}
