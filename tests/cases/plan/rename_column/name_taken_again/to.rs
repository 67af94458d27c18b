use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t")]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
    pub a: Option<i64>,
    #[db(renamed_from = "a")]
    pub b: String,
}
