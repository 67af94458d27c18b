use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t")]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
}

#[derive(Schema)]
#[db(table = "v")]
pub struct V {
    #[db(primary_key)]
    pub id: i64,
}
