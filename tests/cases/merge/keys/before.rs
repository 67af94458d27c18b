use schema_diff::Schema;

#[derive(Schema)]
#[db(primary_key(a, b), index(a, name = "stays"), unique(a, b), check("a > 0"))]
#[db(
    index(b), // the first
    // and the second
    index(a, b),
)]
pub struct T {
    #[db(index, unique)]
    pub a: i32,
    #[db(references(U::id))]
    pub b: i32,
    pub c: Option<i32>,
}

#[derive(Schema)]
#[db(column(search: "tsvector", nullable, index(using = gin)))]
#[db(column(gone: "tsvector"))]
pub struct U { #[db(primary_key)] pub id: i32 }
