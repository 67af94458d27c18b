use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "events", primary_key(id, at))]
pub struct Event {
    pub id: i64,
    pub at: chrono::NaiveDate,
    pub note: Option<String>,
    #[db(backfill = "note")]
    pub place: String,
}
