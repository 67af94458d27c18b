use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "people")]
pub struct Person {
    #[db(primary_key)]
    pub id: i64,
    #[db(index)]
    pub name: String,
    pub note: String,
}
