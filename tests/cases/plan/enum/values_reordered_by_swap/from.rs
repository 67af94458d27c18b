use schema_diff::Schema;

#[derive(Schema)]
pub enum Size {
    Large,
    Small,
}

#[derive(Schema)]
#[db(table = "t", check(name = "t_a_known", "a >= 'Large'"))]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
    pub a: Size,
    pub b: Vec<Size>,
}

#[derive(Schema)]
#[db(table = "u")]
pub struct U {
    #[db(primary_key)]
    pub id: i64,
    #[db(unique)]
    pub a: Option<Size>,
}
