use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t", primary_key(id, a))]
pub struct T {
    pub id: i64,
    pub a: String,
}
