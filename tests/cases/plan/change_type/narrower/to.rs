use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t")]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
    #[db(renamed_from = "a")]
    pub b: i32,
    #[db(renamed_from = "name", type = "varchar(10)")]
    pub title: String,
}
