use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t")]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
    #[db(default = "CURRENT_TIMESTAMP")]
    pub a: chrono::DateTime<chrono::Utc>,
    #[db(check = "b = ANY (ARRAY[1, 2])")]
    pub b: i32,
}
