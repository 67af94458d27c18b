use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t", index(a, name = "t_by_name"), unique(a, name = "t_one"))]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
    pub a: String,
}
