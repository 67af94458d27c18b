use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "account")]
pub struct Account {
    #[db(primary_key)]
    pub id: i64,
    #[db(references(Team::id))]
    pub team_id: i64,
}

#[derive(Schema)]
#[db(table = "team")]
pub struct Team {
    #[db(primary_key)]
    pub id: i64,
}
