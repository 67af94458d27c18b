use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t", index(g))]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
    pub n: i32,
    pub g: i32,
}
