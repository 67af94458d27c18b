use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t")]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
    pub a: String,
}

#[derive(Schema)]
#[db(table = "e")]
pub struct E {
    #[db(primary_key)]
    pub id: i64,
    #[db(default = Mood::Sad)]
    pub mood: Mood,
}

#[derive(Schema)]
#[sqlx(rename_all = "snake_case")]
pub enum Mood {
    Sad,
    Tired,
    Awake,
    Happy,
    Zen,
    Elated,
}
