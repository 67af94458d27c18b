use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "order")]
pub struct T {
    #[db(primary_key, column = "order")]
    pub id: i64,
    #[db(column = "Größe \"x\"", unique)]
    pub a: String,
}
