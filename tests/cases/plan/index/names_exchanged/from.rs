use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t", index(a, name = "t_first"), index(b, name = "t_second"))]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
    pub a: String,
    pub b: String,
}
