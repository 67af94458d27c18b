use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t")]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
    #[db(renamed_from = "a")]
    pub b: String,
    pub n: i64,
}

#[derive(Schema)]
#[db(table = "u")]
pub struct U {
    #[db(primary_key)]
    pub id: i64,
}
