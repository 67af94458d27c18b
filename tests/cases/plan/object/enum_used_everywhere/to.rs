use schema_diff::Schema;

#[derive(Schema)]
#[sqlx(rename_all = "lowercase")]
pub enum Stage {
    Open,
    Done,
}

#[derive(Schema)]
#[db(table = "t", index(id, where = "stage = 'open'"))]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
    #[db(
        default = Stage::Open,
        renamed_from = "state",
        using = "(CASE state::text WHEN 'new' THEN 'open' ELSE state::text END)::stage",
        back = "(CASE stage::text WHEN 'open' THEN 'new' ELSE stage::text END)::state"
    )]
    pub stage: Stage,
}
