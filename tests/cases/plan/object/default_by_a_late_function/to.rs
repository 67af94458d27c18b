use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t")]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
    pub n: i64,
}

#[derive(Schema)]
#[db(table = "u")]
pub struct U {
    #[db(primary_key)]
    pub id: i64,
    #[db(default = "sum_of()")]
    pub n: i64,
}
