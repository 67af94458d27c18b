use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t")]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
    pub note: String,
    #[db(renamed_from = "made")]
    pub created: chrono::DateTime<chrono::Utc>,
    #[db(renamed_from = "seen")]
    pub looked_at: Option<chrono::DateTime<chrono::Utc>>,
}
