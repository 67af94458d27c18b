//! The tables of the database, with the types of their columns.

use chrono::{DateTime, Utc};
use schema_diff::Schema;
use serde_json::Value;

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(index(a desc nulls last, b nulls first))]
#[db(index(a, b, unique, name = "t_a_b_idx1"))]
#[db(index(b text_pattern_ops))]
#[db(index("(d ->> 'name'::text)", "(b || 'x'::text)" desc, name = "t_expr_expr1_idx"))]
#[db(index("(a + 1)"))]
#[db(index(lower(b)))]
#[db(index(lower(b) text_pattern_ops desc, name = "t_lower_idx1"))]
#[db(index(lower(b), unique, where = a = 1, name = "t_lower_idx2"))]
#[db(index(lower(b), upper(b)))]
pub struct T {
    #[db(
        index(desc, name = "own_name"),
        index(name = "same_as_the_first"),
        index(include(b, e)),
        index(name = "t_a_idx"),
        index(where = b IS NOT NULL, name = "t_a_idx1"),
    )]
    pub a: Option<i32>,
    #[db(index(where = "(a > 5) AND (b <> 'x'::text)", name = "t_b_idx1"))]
    pub b: Option<String>,
    pub c: Option<Vec<String>>,
    pub d: Option<Value>,
    #[db(index(with(fillfactor = 70)))]
    pub e: Option<DateTime<Utc>>,
}
