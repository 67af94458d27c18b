use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t", index(b, name = "t_by_name"), unique(b, name = "t_one"))]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
    #[db(renamed_from = "a")]
    pub b: String,
}
