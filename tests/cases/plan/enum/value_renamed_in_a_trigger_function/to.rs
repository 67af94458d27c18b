use schema_diff::Schema;

#[derive(Schema)]
#[sqlx(rename_all = "lowercase")]
pub enum State {
    Open,
    Done,
}

#[derive(Schema)]
#[db(table = "t")]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
    #[db(
        default = State::Open,
        using = "CASE state::text WHEN 'new' THEN 'open' ELSE state::text END",
        back = "CASE state::text WHEN 'open' THEN 'new' ELSE state::text END"
    )]
    pub state: State,
}
