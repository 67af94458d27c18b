use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "account")]
pub struct Account {
    #[db(primary_key)]
    pub id: i64,
    #[db(renamed_from = "team_id")]
    pub group_id: i64,
}
