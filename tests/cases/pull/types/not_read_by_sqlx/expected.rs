//! The tables of the database, with the types of their columns.

use schema_diff::Schema;

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(table = "documents")]
#[db(column(
    search: "tsvector",
    nullable,
    generated = "to_tsvector('english'::regconfig, title)",
    index(using = gin),
    comment = "What is looked for",
))]
#[db(column(query: "tsquery", default = "'''a'' & ''b'''"))]
#[db(column(body: "xml", nullable))]
#[db(column(lsn: "pg_lsn", nullable, unique))]
#[db(column(place: "regclass", nullable))]
pub struct Document {
    #[db(primary_key)]
    pub id: i64,
    pub title: String,
}
