use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "events")]
pub struct Event {
    pub id: i64,
    #[db(renamed_from = "at")]
    pub day: chrono::NaiveDate,
    pub note: Option<String>,
}
