use schema_diff::Schema;

#[derive(Schema)]
#[sqlx(rename_all = "lowercase")]
pub enum Size {
    Small,
    Large,
}

#[derive(Schema)]
#[db(table = "t", primary_key(id, size))]
pub struct T {
    pub id: i64,
    pub size: Size,
}

#[derive(Schema)]
#[db(table = "u", foreign_key((t, size) -> T(id, size), on_delete = cascade))]
pub struct U {
    #[db(primary_key)]
    pub id: i64,
    pub t: i64,
    pub size: Size,
}
