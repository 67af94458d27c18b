//! The tables of the database, with the types of their columns.

use schema_diff::Schema;
use sqlx::postgres::types::{PgBox, PgCircle, PgLSeg, PgLine, PgPath, PgPoint, PgPolygon};
use sqlx::types::ipnetwork::IpNetwork;
use sqlx::types::mac_address::MacAddress;

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(table = "places")]
#[db(column(d: "macaddr8", nullable))]
pub struct Place {
    pub a: Option<IpNetwork>,
    #[db(type = "cidr")]
    pub b: Option<IpNetwork>,
    pub c: Option<MacAddress>,
    pub e: Option<PgPoint>,
    pub f: Option<PgLine>,
    pub g: Option<PgLSeg>,
    pub h: Option<PgBox>,
    pub i: Option<PgPath>,
    pub j: Option<PgPolygon>,
    pub k: Option<PgCircle>,
}
