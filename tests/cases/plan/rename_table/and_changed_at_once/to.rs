use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "u", renamed_from = "t", index(kind, b), check("total >= 0"))]
pub struct T {
    #[db(primary_key, identity)]
    pub id: i64,
    #[db(renamed_from = "a")]
    pub b: String,
    #[db(unique)]
    pub kind: i32,
    #[db(backfill = "kind + 0")]
    pub total: i32,
    pub note: Option<String>,
}

#[derive(Schema)]
#[db(table = "notes")]
pub struct Note {
    #[db(primary_key)]
    pub id: i64,
    #[db(references(T::id))]
    pub t: i64,
}

#[derive(Schema)]
#[db(table = "more")]
pub struct More {
    #[db(primary_key, references(T::id))]
    pub u: i64,
}
