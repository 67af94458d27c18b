use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t")]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
    #[db(renamed_from = "on")]
    pub end: chrono::NaiveDate,
    #[db(renamed_from = "select")]
    pub from: String,
}
