use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "kinds")]
pub struct Kind {
    #[db(primary_key)]
    pub id: i32,
}

#[derive(Schema)]
#[db(
    table = "events",
    primary_key(id, at),
    index(name = "events_kind_idx", sort, at desc),
    check(name = "events_kind_check", "sort > 0")
)]
pub struct Event {
    pub id: i64,
    pub at: chrono::NaiveDate,
    /// What it is
    #[db(renamed_from = "kind", default = "1", statistics = 200, references(Kind::id, name = "events_kind_fkey"))]
    pub sort: i32,
    pub label: Option<String>,
}
