//! The tables of the database, with the types of their columns.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use schema_diff::Schema;
use sqlx::postgres::types::{PgInterval, PgTimeTz};

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
pub struct Times {
    pub a: Option<DateTime<Utc>>,
    #[db(type = "timestamptz(3)")]
    pub b: Option<DateTime<Utc>>,
    pub c: Option<NaiveDateTime>,
    #[db(type = "timestamp(0)")]
    pub d: Option<NaiveDateTime>,
    pub e: Option<NaiveDate>,
    pub f: Option<NaiveTime>,
    #[db(type = "time(3)")]
    pub g: Option<NaiveTime>,
    pub h: Option<PgTimeTz<NaiveTime, FixedOffset>>,
    #[db(type = "timetz(2)")]
    pub i: Option<PgTimeTz<NaiveTime, FixedOffset>>,
    pub j: Option<PgInterval>,
    #[db(type = "interval(3)")]
    pub k: Option<PgInterval>,
    #[db(type = "interval day to second")]
    pub l: Option<PgInterval>,
    #[db(type = "interval day to second(2)")]
    pub m: Option<PgInterval>,
    #[db(type = "interval year to month")]
    pub n: Option<PgInterval>,
}
