use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t")]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
    pub a: String,
}

#[derive(Schema)]
#[db(table = "notes")]
pub struct Note {
    #[db(primary_key)]
    pub id: i64,
    #[db(references(T::id))]
    pub t: i64,
}
