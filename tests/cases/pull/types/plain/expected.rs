//! The tables of the database, with the types of their columns.

use schema_diff::Schema;
use serde_json::Value;
use sqlx::postgres::types::{Oid, PgMoney};
use sqlx::types::{BitVec, Decimal};
use uuid::Uuid;

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
pub struct EveryType {
    pub a: Option<bool>,
    pub b: Option<i16>,
    pub c: Option<i32>,
    pub d: Option<i64>,
    pub e: Option<f32>,
    pub f: Option<f64>,
    pub g: Option<String>,
    #[db(type = "varchar")]
    pub h: Option<String>,
    #[db(type = "varchar(20)")]
    pub i: Option<String>,
    #[db(type = "char(3)")]
    pub j: Option<String>,
    pub k: Option<i8>,
    #[db(type = "name")]
    pub l: Option<String>,
    pub m: Option<Vec<u8>>,
    pub n: Option<Uuid>,
    #[db(type = "json")]
    pub o: Option<Value>,
    pub p: Option<Value>,
    pub q: Option<Decimal>,
    #[db(type = "numeric(10,2)")]
    pub r: Option<Decimal>,
    #[db(type = "numeric(8,0)")]
    pub s: Option<Decimal>,
    pub t: Option<PgMoney>,
    pub u: Option<Oid>,
    #[db(type = "bpchar")]
    pub v: Option<String>,
    #[db(type = "bit(4)")]
    pub w: Option<BitVec>,
    pub x: Option<BitVec>,
    #[db(type = "varbit(5)")]
    pub y: Option<BitVec>,
    #[db(type = "char(1)")]
    pub z: Option<String>,
}
