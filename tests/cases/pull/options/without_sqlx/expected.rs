//! The tables of the database, with the types of their columns.

use schema_diff::Schema;
use sqlx::types::BigDecimal;
use sqlx::types::ipnet::IpNet;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Schema)]
#[sqlx(type_name = "status", rename_all = "snake_case")]
pub enum Status {
    Open,
    Shut,
}

#[derive(Clone, Debug, Schema, PartialEq)]
#[db(table = "users")]
pub struct User {
    #[db(primary_key)]
    pub id: i64,
    pub status: Status,
    pub total: Option<BigDecimal>,
    pub address: Option<IpNet>,
}
