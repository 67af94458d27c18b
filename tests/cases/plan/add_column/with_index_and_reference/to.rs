use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t")]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
    pub a: String,
    #[db(index, references(T::id, on_delete = set_null))]
    pub parent: Option<i64>,
}
