use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t")]
pub struct T {
    #[db(primary_key, type = "bigserial")]
    pub id: i64,
    #[db(type = "varchar(20)", default = "'x'")]
    pub a: String,
    #[db(index)]
    pub b: Option<String>,
}
