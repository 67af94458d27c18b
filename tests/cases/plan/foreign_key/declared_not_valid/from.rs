use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t")]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
    pub a: String,
}

#[derive(Schema)]
#[db(table = "child", foreign_key((t) -> T(id)))]
pub struct Child {
    #[db(primary_key)]
    pub id: i64,
    #[db(check("size > 0", name = "child_size"))]
    pub size: i32,
    pub t: Option<i64>,
}
