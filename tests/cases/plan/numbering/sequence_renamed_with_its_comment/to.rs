use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t")]
pub struct T {
    #[db(primary_key, type = "bigserial", sequence(name = "t_id_seq"))]
    pub id: i64,
    pub a: String,
}
