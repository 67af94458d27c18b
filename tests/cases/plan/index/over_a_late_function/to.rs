use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t", index("half(id)", name = "t_half_idx"))]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
    pub n: i32,
}
