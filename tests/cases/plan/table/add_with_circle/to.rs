use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t")]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
    pub a: String,
}

/// One.
#[derive(Schema)]
#[db(table = "one")]
pub struct One {
    #[db(primary_key, identity)]
    pub id: i64,
    #[db(references(Two::id))]
    pub two: Option<i32>,
}

/// Two.
#[derive(Schema)]
#[db(table = "app.two")]
pub struct Two {
    #[db(primary_key, type = "serial")]
    pub id: i32,
    #[db(references(One::id), unique)]
    pub one: i64,
    pub tags: Vec<String>,
}
