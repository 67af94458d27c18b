use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "o")]
pub struct O {
    #[db(primary_key)]
    pub id: i64,
    pub x: Option<i32>,
}

#[derive(Schema)]
#[db(table = "m")]
pub struct M {
    #[db(primary_key)]
    pub id: i64,
    #[db(references(O::id))]
    pub order_id: Option<i64>,
}
