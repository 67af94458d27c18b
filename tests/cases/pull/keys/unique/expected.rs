//! The tables of the database, with the types of their columns.

use schema_diff::Schema;

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(unique(a, b))]
#[db(unique(e, a, include(b), name = "t_e_a_b_key"))]
#[db(unique(b, c, name = "two"))]
pub struct T {
    #[db(unique)]
    pub a: Option<i32>,
    #[db(unique(name = "own"))]
    pub b: Option<i32>,
    #[db(unique(include(d), name = "t_c_d_key"))]
    pub c: Option<i32>,
    #[db(unique(deferrable))]
    pub d: Option<i32>,
    #[db(unique(deferrable = initially_deferred))]
    pub e: Option<i32>,
}

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
pub struct Twice {
    #[db(
        unique(name = "one"),
        unique(deferrable, name = "other"),
        index(name = "again"),
        index(name = "twice_a_idx"),
    )]
    pub a: Option<i32>,
}
