#[derive(schema_diff::Schema)]
#[db(table = "posts")]
pub struct Post {
    pub id: i64,
}
