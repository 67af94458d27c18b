use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t")]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
    pub vat: f64,
    #[db(renamed_from = "net", using = "net * (1 + vat)", back = "gross / (1 + vat)")]
    pub gross: f64,
}
