use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "people")]
pub struct Person {
    #[db(primary_key)]
    pub id: i64,
    #[db(
        index,
        merged_from(
            first = "split_part(name, ' ', 1)",
            last = "nullif(substr(name, strpos(name || ' ', ' ') + 1), '')"
        ),
        using = "concat_ws(' ', first, last)"
    )]
    pub name: String,
    pub note: String,
}
