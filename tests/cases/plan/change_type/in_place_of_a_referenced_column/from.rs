use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "hub")]
pub struct Hub {
    #[db(primary_key, type = "varchar(40)")]
    pub code: String,
}

#[derive(Schema)]
#[db(table = "spoke")]
pub struct Spoke {
    #[db(primary_key)]
    pub id: i64,
    #[db(type = "varchar(40)", references(Hub::code))]
    pub hub_code: String,
}
