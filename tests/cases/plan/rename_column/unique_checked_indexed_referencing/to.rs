use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t")]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
    #[db(renamed_from = "a", unique, index, check = "length(b) > 0")]
    pub b: String,
    #[db(renamed_from = "p", references(P::id))]
    pub parent: i64,
}

#[derive(Schema)]
#[db(table = "p")]
pub struct P {
    #[db(primary_key)]
    pub id: i64,
}
