use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "u", renamed_from = "t")]
pub struct U {
    #[db(primary_key)]
    pub id: i64,
}
