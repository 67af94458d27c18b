use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t", check("length(b) < 100"), index("lower(b)", where = "n > 5", name = "by_lower"))]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
    /// Said of the old name.
    #[db(unique)]
    pub b: String,
    pub n: i32,
    #[db(generated = "n * 2")]
    pub twice: Option<i32>,
}

#[derive(Schema)]
#[db(table = "other")]
pub struct Other {
    #[db(primary_key)]
    pub id: i64,
    #[db(references(T::b))]
    pub t: String,
}
