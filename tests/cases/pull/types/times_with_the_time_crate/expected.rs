//! The tables of the database, with the types of their columns.

use schema_diff::Schema;
use sqlx::postgres::types::{PgInterval, PgRange, PgTimeTz};
use time::{Date, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
pub struct Times {
    pub a: OffsetDateTime,
    pub b: PrimitiveDateTime,
    pub c: Option<Date>,
    pub d: Option<Time>,
    pub e: Option<PgTimeTz<Time, UtcOffset>>,
    pub f: Option<PgInterval>,
    pub g: Option<PgRange<OffsetDateTime>>,
    pub h: Option<Vec<PgRange<Date>>>,
}
