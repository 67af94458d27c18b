//! The tables of the database, with the types of their columns.

use chrono::NaiveDateTime;
use schema_diff::Schema;
use serde_json::Value;
use sqlx::postgres::types::{PgPoint, PgRange};
use sqlx::types::ipnetwork::IpNetwork;

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(index(b public.gin_trgm_ops, using = gin, name = "t_b_idx1"))]
#[db(index(d, c, using = gin, with(fastupdate = off, gin_pending_list_limit = 512)))]
#[db(index(d jsonb_path_ops, using = gin))]
#[db(index(f kd_point_ops, using = spgist))]
#[db(index(g inet_ops, f, using = gist))]
#[db(index("to_tsvector('simple'::regconfig, b)", using = gin))]
#[db(column(h: "tsvector", nullable, index(using = gin)))]
pub struct T {
    #[db(index(using = brin, with(autosummarize = on, pages_per_range = 32)))]
    pub a: Option<i32>,
    #[db(index(using = hash))]
    pub b: Option<String>,
    #[db(index(using = gin))]
    pub c: Option<Vec<String>>,
    pub d: Option<Value>,
    #[db(index(using = gist))]
    pub e: Option<PgRange<NaiveDateTime>>,
    pub f: Option<PgPoint>,
    pub g: Option<IpNetwork>,
}
