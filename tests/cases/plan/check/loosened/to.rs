use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t", check(name = "t_kind", "kind IN ('a', 'b', 'c')"))]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
    pub kind: String,
    #[db(check = "length(name) <= 40")]
    pub name: String,
}
