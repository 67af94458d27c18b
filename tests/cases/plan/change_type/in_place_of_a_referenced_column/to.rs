use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "hub")]
pub struct Hub {
    #[db(primary_key, type = "text")]
    pub code: String,
}

#[derive(Schema)]
#[db(table = "spoke")]
pub struct Spoke {
    #[db(primary_key)]
    pub id: i64,
    #[db(type = "text", references(Hub::code))]
    pub hub_code: String,
}
