//! The tables of the database, with the types of their columns.

use chrono::{DateTime, NaiveDate, Utc};
use schema_diff::Schema;
use serde_json::Value;
use sqlx::postgres::types::{Oid, PgInterval, PgMoney, PgPoint, PgRange};
use sqlx::types::{BitVec, Decimal};
use sqlx::types::ipnetwork::IpNetwork;
use sqlx::types::mac_address::MacAddress;
use uuid::Uuid;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Schema, sqlx::Type)]
#[sqlx(type_name = "mood", rename_all = "snake_case")]
pub enum Mood {
    Sad,
    Ok,
}

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(table = "arrays")]
pub struct Array {
    pub a: Option<Vec<bool>>,
    pub b: Option<Vec<i16>>,
    pub c: Option<Vec<i32>>,
    pub d: Option<Vec<i64>>,
    pub e: Option<Vec<f32>>,
    pub f: Option<Vec<f64>>,
    pub g: Option<Vec<String>>,
    #[db(type = "varchar(20)[]")]
    pub h: Option<Vec<String>>,
    #[db(type = "char(3)[]")]
    pub i: Option<Vec<String>>,
    pub j: Option<Vec<i8>>,
    pub k: Option<Vec<Vec<u8>>>,
    pub l: Option<Vec<Uuid>>,
    #[db(type = "json[]")]
    pub m: Option<Vec<Value>>,
    pub n: Option<Vec<Value>>,
    #[db(type = "numeric(10,2)[]")]
    pub o: Option<Vec<Decimal>>,
    pub p: Option<Vec<DateTime<Utc>>>,
    pub q: Option<Vec<NaiveDate>>,
    pub r: Option<Vec<PgInterval>>,
    pub s: Option<Vec<IpNetwork>>,
    pub t: Option<Vec<MacAddress>>,
    #[db(type = "bit(3)[]")]
    pub u: Option<Vec<BitVec>>,
    pub v: Option<Vec<Oid>>,
    pub w: Option<Vec<PgMoney>>,
    pub x: Option<Vec<PgRange<i32>>>,
    pub y: Option<Vec<Mood>>,
    pub z: Option<Vec<PgPoint>>,
}
