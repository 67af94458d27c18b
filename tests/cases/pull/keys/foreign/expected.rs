//! The tables of the database, with the types of their columns.

use schema_diff::Schema;

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(table = "posts")]
#[db(foreign_key((tenant, number) -> User(tenant, number), match_full, on_delete = cascade))]
pub struct Post {
    #[db(primary_key)]
    pub id: i64,
    #[db(
        references(User::id, not_valid, name = "late"),
        references(User::id, name = "posts_a_fkey"),
    )]
    pub a: Option<i64>,
    #[db(references(User::id, on_delete = cascade, on_update = set_null))]
    pub b: Option<i64>,
    #[db(references(User::id, on_delete = set_default, deferrable, name = "own"))]
    pub c: Option<i64>,
    #[db(references(User::id, on_delete = restrict, deferrable = initially_deferred))]
    pub d: Option<i64>,
    pub tenant: Option<i32>,
    pub number: Option<i32>,
}

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(table = "users")]
#[db(unique(tenant, number))]
pub struct User {
    #[db(primary_key)]
    pub id: i64,
    pub tenant: i32,
    pub number: i32,
    #[db(references(User::id))]
    pub parent: Option<i64>,
}
