//! The tables of the database, with the types of their columns.

use schema_diff::Schema;

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(index(a collate r#"pg_catalog."POSIX""#, c collate r#"pg_catalog."C""# text_pattern_ops desc))]
pub struct Kept {
    #[db(collate = r#"pg_catalog."C""#)]
    pub a: String,
    #[db(type = "varchar(9)", collate = r#"pg_catalog."POSIX""#)]
    pub b: Option<String>,
    #[db(storage = external)]
    pub c: Option<String>,
    #[db(storage = main)]
    pub d: Option<Vec<u8>>,
    #[db(statistics = 500)]
    pub e: Option<Vec<i32>>,
}
