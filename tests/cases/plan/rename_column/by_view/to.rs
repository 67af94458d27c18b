use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t")]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
    #[db(unique, index, renamed_from = "b")]
    pub c: String,
    #[db(default = 7, renamed_from = "d")]
    pub e: i32,
}
