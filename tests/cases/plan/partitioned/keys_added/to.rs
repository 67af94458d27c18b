use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "kinds")]
pub struct Kind {
    #[db(primary_key)]
    pub id: i32,
}

#[derive(Schema)]
#[db(table = "events", primary_key(id, at), unique(name = "events_code_at_key", code, at))]
pub struct Event {
    pub id: i64,
    pub at: chrono::NaiveDate,
    #[db(references(Kind::id, name = "events_kind_fkey", on_delete = "cascade"))]
    pub kind: i32,
    pub code: Option<String>,
}
