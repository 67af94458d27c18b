use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "kinds")]
pub struct Kind {
    #[db(primary_key)]
    pub id: i32,
}

#[derive(Schema)]
#[db(table = "happenings", renamed_from = "events", primary_key(id, at))]
pub struct Event {
    pub id: i64,
    pub at: chrono::NaiveDate,
    pub note: Option<String>,
    pub place: Option<String>,
}
