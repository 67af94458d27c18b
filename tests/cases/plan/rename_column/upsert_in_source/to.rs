use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t")]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
    #[db(renamed_from = "a", unique)]
    pub b: String,
}

pub const UPSERT: &str = "INSERT INTO t (id, b) VALUES ($1, $2) ON CONFLICT (b) DO UPDATE SET id = excluded.id";
