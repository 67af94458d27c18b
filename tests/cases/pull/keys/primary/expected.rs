//! The tables of the database, with the types of their columns.

use schema_diff::Schema;

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(primary_key(a, include(b, c)))]
pub struct Covering {
    pub a: i32,
    pub b: Option<i32>,
    pub c: Option<i32>,
}

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(primary_key(a, deferrable = initially_deferred))]
pub struct Deferred {
    pub a: i32,
}

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(primary_key(id, name = "the_key"))]
pub struct Named {
    pub id: i32,
}

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
pub struct Plain {
    #[db(primary_key)]
    pub id: i32,
}

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(primary_key(b, a))]
pub struct Several {
    pub a: i32,
    pub b: String,
}

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
pub struct Without {
    pub a: Option<i32>,
}
