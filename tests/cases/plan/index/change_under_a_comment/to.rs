use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t", index(a, id, name = "t_x"))]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
    pub a: String,
}
