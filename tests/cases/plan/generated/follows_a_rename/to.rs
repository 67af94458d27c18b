use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t", index(g))]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
    #[db(renamed_from = "n")]
    pub m: i32,
    #[db(generated = "m * 2")]
    pub g: Option<i32>,
}
