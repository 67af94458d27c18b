use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t")]
pub struct T {
    #[db(primary_key, identity, renamed_from = "id")]
    pub key: i64,
    pub a: String,
}
