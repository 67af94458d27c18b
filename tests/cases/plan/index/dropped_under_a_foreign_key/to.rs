use schema_diff::Schema;

/// An index alone serves a foreign key as well, and the server doesn't move it there.
#[derive(Schema)]
#[db(table = "hub", index(code, unique))]
pub struct Hub {
    #[db(primary_key)]
    pub id: i64,
    pub code: String,
}

#[derive(Schema)]
#[db(table = "spoke")]
pub struct Spoke {
    #[db(primary_key)]
    pub id: i64,
    #[db(references(Hub::code))]
    pub hub: String,
}
