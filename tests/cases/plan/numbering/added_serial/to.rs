use schema_diff::Schema;

/// The number becomes the key.
#[derive(Schema)]
#[db(table = "t", unique(name, name = "t_name_key"))]
pub struct T {
    pub name: String,
    pub a: String,
    #[db(primary_key, type = "serial")]
    pub number: i32,
}
