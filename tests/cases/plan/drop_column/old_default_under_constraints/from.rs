use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "parent")]
pub struct Parent {
    #[db(primary_key)]
    pub id: i64,
}

#[derive(Schema)]
#[db(table = "t", check("b > 0"))]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
    pub a: String,
    #[db(references(Parent::id))]
    pub b: i64,
}
