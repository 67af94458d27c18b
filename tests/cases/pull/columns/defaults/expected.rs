//! The tables of the database, with the types of their columns.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use schema_diff::Schema;
use serde_json::Value;
use sqlx::postgres::types::PgInterval;
use sqlx::types::Decimal;

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
pub struct Defaults {
    #[db(default = 0)]
    pub a: Option<i32>,
    #[db(default = -1)]
    pub b: Option<i32>,
    #[db(default = -5000000000)]
    pub c: Option<i64>,
    #[db(default = "'7'")]
    pub d: Option<i64>,
    #[db(type = "numeric(4,2)", default = 1.5)]
    pub e: Option<Decimal>,
    #[db(default = "'-1.5'")]
    pub f: Option<Decimal>,
    #[db(default = true)]
    pub g: bool,
    #[db(default = "'it''s'")]
    pub h: Option<String>,
    #[db(type = "varchar(9)", default = "'x'")]
    pub i: Option<String>,
    #[db(default = "'a\\b\n\"c\"'")]
    pub j: Option<String>,
    #[db(default = now())]
    pub k: Option<DateTime<Utc>>,
    #[db(default = CURRENT_TIMESTAMP)]
    pub l: Option<DateTime<Utc>>,
    #[db(default = CURRENT_DATE)]
    pub m: Option<NaiveDate>,
    #[db(default = "'{}'")]
    pub n: Option<Vec<String>>,
    #[db(default = "'{}'")]
    pub o: Value,
    #[db(default = ARRAY[1, 2])]
    pub p: Option<Vec<i32>>,
    #[db(default = "upper('a'::text) || 'b'::text")]
    pub q: Option<String>,
    #[db(default = "'2020-01-01 00:00:00'")]
    pub r: Option<NaiveDateTime>,
    #[db(default = 0.1)]
    pub s: Option<f32>,
    #[db(default = CURRENT_USER)]
    pub t: Option<String>,
    #[db(default = "'1 day'")]
    pub u: Option<PgInterval>,
    #[db(default = r#"'\xdeadbeef'"#)]
    pub v: Option<Vec<u8>>,
    #[db(type = "char(2)", default = "'ab'::bpchar")]
    pub w: Option<String>,
    #[db(default = "''")]
    pub x: Option<String>,
    #[db(default = "''''")]
    pub y: Option<String>,
    #[db(default = (1 + 2) * 3)]
    pub z: Option<i32>,
    pub aa: Option<String>,
    #[db(default = "'a::b'")]
    pub bb: Option<String>,
    #[db(default = "'x'")]
    pub cc: Option<i8>,
}
