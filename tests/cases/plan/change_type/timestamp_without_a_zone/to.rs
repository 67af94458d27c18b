use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t")]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
    #[db(renamed_from = "a", using = "a::timestamptz", back = "b::timestamp")]
    pub b: chrono::DateTime<chrono::Utc>,
    #[db(renamed_from = "on")]
    pub since: chrono::DateTime<chrono::Utc>,
}
