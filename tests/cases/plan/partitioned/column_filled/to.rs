use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "kinds")]
pub struct Kind {
    #[db(primary_key)]
    pub id: i32,
}

#[derive(Schema)]
#[db(table = "events", primary_key(id, at), check(name = "events_place_check", "length(place) > 0"), check(name = "events_id_check", "id > 0"))]
pub struct Event {
    pub id: i64,
    pub at: chrono::NaiveDate,
    #[db(backfill = "'none'")]
    pub note: String,
    #[db(backfill = "coalesce(note, 'x') || id")]
    pub place: String,
}
