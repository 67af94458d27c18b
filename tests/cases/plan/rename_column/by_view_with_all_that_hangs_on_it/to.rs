use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t", check("length(c) < 100"), index("lower(c)", where = "m > 5", name = "by_lower"))]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
    /// Said of the new name.
    #[db(unique, renamed_from = "b")]
    pub c: String,
    #[db(renamed_from = "n")]
    pub m: i32,
    #[db(generated = "m * 2")]
    pub twice: Option<i32>,
}

#[derive(Schema)]
#[db(table = "other")]
pub struct Other {
    #[db(primary_key)]
    pub id: i64,
    #[db(references(T::c))]
    pub t: String,
}
