use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "script")]
pub struct Script {
    #[db(primary_key)]
    pub name: String,
    #[db(unique)]
    pub code: i32,
    #[db(unique, default = "md5(random()::text)::uuid")]
    pub id: uuid::Uuid,
}

/// One of its keys is new with the column, the other one is a column of before.
#[derive(Schema)]
#[db(table = "timing")]
pub struct Timing {
    #[db(primary_key)]
    pub id: i64,
    #[db(references(Script::id))]
    pub script: uuid::Uuid,
    #[db(references(Script::code))]
    pub code: i32,
}
