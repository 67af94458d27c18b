use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t")]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
    pub a: String,
}

#[derive(Schema)]
#[db(table = "child")]
pub struct Child {
    #[db(primary_key)]
    pub id: i64,
    #[db(references(T::id, on_delete = cascade))]
    pub t: Option<i64>,
}
