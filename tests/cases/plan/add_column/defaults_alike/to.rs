use schema_diff::Schema;

/// The same words as a default are another value for another type.
#[derive(Schema)]
#[db(table = "t")]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
    #[db(type = "varchar(9)", default = "''")]
    pub a: String,
    #[db(default = "'{}'")]
    pub list: Vec<String>,
    #[db(default = "''")]
    pub b: String,
    #[db(default = "'{}'")]
    pub data: serde_json::Value,
}
