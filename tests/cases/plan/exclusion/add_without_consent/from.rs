use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t", column(during: "int4range"))]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
}
