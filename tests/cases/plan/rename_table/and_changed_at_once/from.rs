use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t", index(kind))]
pub struct T {
    #[db(primary_key, identity)]
    pub id: i64,
    pub a: String,
    pub gone: Option<String>,
    #[db(unique)]
    pub kind: i32,
}

#[derive(Schema)]
#[db(table = "notes")]
pub struct Note {
    #[db(primary_key)]
    pub id: i64,
    #[db(references(T::id))]
    pub t: i64,
}
