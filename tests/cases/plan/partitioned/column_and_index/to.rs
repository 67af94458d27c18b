use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "kinds")]
pub struct Kind {
    #[db(primary_key)]
    pub id: i32,
}

/// What happened.
#[derive(Schema)]
#[db(table = "events", primary_key(id, at), index(note, id), index(at, where = "kind > 1"))]
pub struct Event {
    pub id: i64,
    pub at: chrono::NaiveDate,
    #[db(default = 2, references(Kind::id))]
    pub kind: Option<i32>,
    pub note: Option<String>,
    #[db(default = "'none'")]
    pub place: String,
}
