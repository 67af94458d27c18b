//! The tables of the database, with the types of their columns.

use schema_diff::Schema;
use serde_json::Value;

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
pub struct Alike {
    #[db(check(a > 0, name = "one"), check(a > 0, name = "other"))]
    pub a: Option<i32>,
}

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(check(a < c))]
#[db(check("((a + c) < 100) OR (b IS NULL)", no_inherit, name = "whole"))]
pub struct T {
    #[db(check(a < 1000, not_valid, name = "late"), check(a > 0))]
    pub a: Option<i32>,
    #[db(
        check("b = ANY (ARRAY['x'::text, 'y'::text])"),
        check(r#"b ~ '^[a-z"\\]+$'::text"#, name = "t_b_check1"),
    )]
    pub b: Option<String>,
    #[db(check(c <> 5, name = "own"))]
    pub c: Option<i32>,
    #[db(check("d"))]
    pub d: Option<bool>,
    #[db(check("e = 5"))]
    pub e: Option<i32>,
    #[db(check("f ? 'a'::text"))]
    pub f: Option<Value>,
}
