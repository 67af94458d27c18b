use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "u", renamed_from = "t")]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
    pub a: String,
    #[db(using = "at AT TIME ZONE 'UTC'", back = "at AT TIME ZONE 'UTC'")]
    pub at: chrono::DateTime<chrono::Utc>,
}
