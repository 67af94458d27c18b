//! The tables of the database, with the types of their columns.

use schema_diff::Schema;

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
pub struct Numbered {
    #[db(primary_key, type = "serial")]
    pub a: i32,
    #[db(type = "bigserial", sequence(name = "renamed"))]
    pub b: i64,
    #[db(type = "smallserial", sequence(max = 99, cache = 7))]
    pub c: i16,
    #[db(identity)]
    pub d: i64,
    #[db(identity = always)]
    pub e: i32,
    #[db(
        identity = always,
        sequence(name = "other", increment = -5, min = -500, max = 100, cache = 20, cycle),
    )]
    pub f: i64,
    #[db(identity, sequence(start = 10))]
    pub g: i16,
}

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
pub struct TakenFromElsewhere {
    #[db(default = "nextval('public.own'::regclass)")]
    pub id: i32,
}
