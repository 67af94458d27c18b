use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t", index(twice))]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
    pub n: i32,
    #[db(generated = "n * 2", renamed_from = "g")]
    pub twice: Option<i32>,
}
