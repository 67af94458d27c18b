use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t", index(lower(a), unique), index(a, where = id > 10), index(a desc nulls last, id), index(a, using = hash), index(id, include(a)))]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
    pub a: String,
}
