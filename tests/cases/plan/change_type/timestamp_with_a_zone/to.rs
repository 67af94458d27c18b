use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t")]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
    #[db(renamed_from = "a", using = "a AT TIME ZONE 'UTC'", back = "b AT TIME ZONE 'UTC'")]
    pub b: chrono::DateTime<chrono::Utc>,
}
