use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "login")]
pub struct Login {
    #[db(primary_key)]
    pub id: String,
}

#[derive(Schema)]
#[db(table = "consent")]
pub struct Consent {
    #[db(primary_key)]
    pub id: i64,
    #[db(default = "''")]
    pub login: Option<String>,
}
