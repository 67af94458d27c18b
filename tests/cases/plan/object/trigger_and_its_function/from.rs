use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "day")]
pub struct Day {
    #[db(primary_key)]
    pub id: i64,
    pub n: i64,
}

#[derive(Schema)]
#[db(table = "total")]
pub struct Total {
    #[db(primary_key)]
    pub id: i64,
    pub n: i64,
}
