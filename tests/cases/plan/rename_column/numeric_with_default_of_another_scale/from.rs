use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t")]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
    #[db(type = "numeric(10,2)", default = "0.0")]
    pub a: rust_decimal::Decimal,
}
