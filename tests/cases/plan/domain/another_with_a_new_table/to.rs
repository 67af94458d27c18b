use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t", column(a: "amount"))]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
}

/// There is no way back from a table that may hold rows: so it isn't in the domain's migration.
#[derive(Schema)]
#[db(table = "other", index(a))]
pub struct Other {
    #[db(primary_key)]
    pub id: i64,
    pub a: String,
}
