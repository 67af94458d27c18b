//! The tables of the database, with the types of their columns.

use schema_diff::Schema;
use sqlx::types::Decimal;

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(table = "prices")]
pub struct Price {
    pub net: Decimal,
    #[db(generated = net * 1.2, virtual)]
    pub gross: Option<Decimal>,
    #[db(generated = "net * (2)::numeric")]
    pub twice: Decimal,
}
