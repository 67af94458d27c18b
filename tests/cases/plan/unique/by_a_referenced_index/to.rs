use schema_diff::Schema;

/// The index is there, and the foreign key hangs on it: it becomes the constraint.
#[derive(Schema)]
#[db(table = "hub")]
pub struct Hub {
    #[db(primary_key)]
    pub id: i64,
    #[db(unique)]
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
