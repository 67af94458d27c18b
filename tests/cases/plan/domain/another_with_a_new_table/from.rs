use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t", column(a: "amount"))]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
}
