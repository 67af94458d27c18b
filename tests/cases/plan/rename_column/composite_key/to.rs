use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t", primary_key(tenant, id))]
pub struct T {
    pub tenant: String,
    pub id: i32,
    #[db(renamed_from = "a")]
    pub b: String,
}
