use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t")]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
    #[db(unique, index, check = "length(a) > 0")]
    pub a: String,
    #[db(references(P::id))]
    pub p: i64,
}

#[derive(Schema)]
#[db(table = "p")]
pub struct P {
    #[db(primary_key)]
    pub id: i64,
}
