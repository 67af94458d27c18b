use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t", unlogged)]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
}
