use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t", index(b, name = "t_first"), index(a, name = "t_second"), index(b, a, name = "t_first_aside"))]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
    pub a: String,
    pub b: String,
}
