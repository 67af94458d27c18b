use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "people")]
pub struct Person {
    #[db(primary_key)]
    pub id: i64,
    pub first: String,
    #[db(index)]
    pub last: Option<String>,
    pub note: String,
}
