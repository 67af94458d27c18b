use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t")]
pub struct T {
    pub id: i64,
    pub a: String,
}
