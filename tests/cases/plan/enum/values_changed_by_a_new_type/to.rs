use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "e")]
pub struct E {
    #[db(primary_key)]
    pub id: i64,
    #[db(
        index,
        default = Feeling::Sad,
        renamed_from = "mood",
        using = "(CASE mood::text WHEN 'so_so' THEN 'fine' ELSE mood::text END)::public.feeling",
        back = "(CASE feeling::text WHEN 'fine' THEN 'so_so' ELSE feeling::text END)::public.mood"
    )]
    pub feeling: Feeling,
}

#[derive(Schema)]
#[sqlx(rename_all = "snake_case")]
pub enum Feeling {
    Happy,
    Fine,
    Sad,
}
