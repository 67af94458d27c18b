use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "people")]
pub struct Person {
    #[db(primary_key)]
    pub id: i64,
    #[db(renamed_from = "name", using = "split_part(name, ' ', 1)")]
    pub first: String,
    /// Some have none.
    #[db(index, renamed_from = "name", using = "nullif(substr(name, strpos(name || ' ', ' ') + 1), '')")]
    pub last: Option<String>,
    pub note: String,
}
