use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "u", renamed_from = "t", primary_key(id, name = "t_pkey"))]
pub struct T {
    pub id: i64,
    pub a: String,
}
