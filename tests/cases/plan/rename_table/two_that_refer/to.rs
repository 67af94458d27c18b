use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "u", renamed_from = "t")]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
    #[db(renamed_from = "a")]
    pub b: String,
    #[db(backfill = "1")]
    pub n: i32,
}

#[derive(Schema)]
#[db(table = "remarks", renamed_from = "notes")]
pub struct Note {
    #[db(primary_key)]
    pub id: i64,
    #[db(references(T::id))]
    pub t: i64,
}
