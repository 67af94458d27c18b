use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t")]
pub struct T {
    #[db(primary_key, identity, renamed_from = "id")]
    pub key: i64,
    pub a: String,
}

#[derive(Schema)]
#[db(table = "one")]
pub struct One {
    #[db(primary_key)]
    pub id: i64,
    #[db(index, references(T::key, on_delete = cascade), renamed_from = "t")]
    pub t_key: i64,
}

#[derive(Schema)]
#[db(table = "two")]
pub struct Two {
    #[db(primary_key)]
    pub id: i64,
    #[db(references(T::key), renamed_from = "t")]
    pub t_key: Option<i64>,
}
