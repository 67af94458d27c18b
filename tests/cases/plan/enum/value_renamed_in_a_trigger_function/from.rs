use schema_diff::Schema;

#[derive(Schema)]
#[sqlx(rename_all = "lowercase")]
pub enum State {
    New,
    Done,
}

#[derive(Schema)]
#[db(table = "t")]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
    #[db(default = State::New)]
    pub state: State,
}
