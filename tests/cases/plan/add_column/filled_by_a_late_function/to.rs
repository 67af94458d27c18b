use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t")]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
    pub n: i64,
    #[db(backfill = "twice(id)")]
    pub m: i64,
}
