use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "events", primary_key(id, at), index(changed, name = "events_changed_idx"))]
pub struct Event {
    pub id: i64,
    pub at: chrono::NaiveDate,
    pub changed: Option<chrono::DateTime<chrono::Utc>>,
}
