//! The tables of the database, with the types of their columns.

use chrono::NaiveDateTime;
use schema_diff::Schema;
use sqlx::postgres::types::PgRange;

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(table = "bookings")]
pub struct Booking {
    #[db(primary_key)]
    pub id: i32,
    pub during: PgRange<NaiveDateTime>,
}
