use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "script")]
pub struct Script {
    #[db(primary_key)]
    pub name: String,
    pub code: i32,
}
