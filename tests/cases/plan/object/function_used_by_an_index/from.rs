use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t", index(plain(a), name = "t_plain"))]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
    pub a: String,
}
