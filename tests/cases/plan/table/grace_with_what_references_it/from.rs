use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t")]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
    #[db(references(Base::id))]
    pub base: Option<i64>,
    pub a: String,
}

#[derive(Schema)]
#[db(table = "base")]
pub struct Base {
    #[db(primary_key)]
    pub id: i64,
    #[db(references(Other::id))]
    pub other: Option<i64>,
}

/// The two reference each other.
#[derive(Schema)]
#[db(table = "other")]
pub struct Other {
    #[db(primary_key)]
    pub id: i64,
    #[db(references(Base::id))]
    pub base: Option<i64>,
}
