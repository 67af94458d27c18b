//! The tables of the database, with the types of their columns.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use schema_diff::Schema;
use sqlx::postgres::types::PgRange;
use sqlx::types::Decimal;

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(table = "ranges")]
#[db(column(g: "floatrange", nullable))]
pub struct Range {
    pub a: Option<PgRange<i32>>,
    pub b: Option<PgRange<i64>>,
    pub c: Option<PgRange<Decimal>>,
    pub d: PgRange<NaiveDateTime>,
    pub e: Option<PgRange<DateTime<Utc>>>,
    pub f: Option<PgRange<NaiveDate>>,
    pub h: Option<Vec<PgRange<Decimal>>>,
}
