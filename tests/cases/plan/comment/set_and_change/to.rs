use schema_diff::Schema;

/// A table.
#[derive(Schema)]
#[db(table = "t")]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
    /// New words, with 'quotes'.
    pub a: String,
}
