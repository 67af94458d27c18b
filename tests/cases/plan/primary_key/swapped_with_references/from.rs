use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t")]
pub struct T {
    #[db(primary_key, identity)]
    pub id: i32,
    pub a: String,
    #[db(references(T::id))]
    pub parent: Option<i32>,
}

#[derive(Schema)]
#[db(table = "one")]
pub struct One {
    #[db(primary_key)]
    pub id: i64,
    #[db(index, references(T::id, on_delete = cascade))]
    pub t: i32,
}

#[derive(Schema)]
#[db(table = "two")]
pub struct Two {
    #[db(primary_key)]
    pub id: i64,
    #[db(references(T::id))]
    pub t: Option<i32>,
}
