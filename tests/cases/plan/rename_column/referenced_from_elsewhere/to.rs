use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t")]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
    #[db(renamed_from = "a", unique)]
    pub b: String,
}

#[derive(Schema)]
#[db(table = "child")]
pub struct Child {
    #[db(primary_key)]
    pub id: i64,
    #[db(references(T::b))]
    pub t: String,
}
