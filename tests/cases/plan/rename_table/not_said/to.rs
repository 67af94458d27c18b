use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "u")]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
}
