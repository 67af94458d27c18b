use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "order")]
pub struct T {
    #[db(primary_key, column = "order")]
    pub id: i64,
    #[db(column = "a_very_long_name_that_takes_all_of_the_sixty_three_bytes_of_itx", renamed_from = "Größe \"x\"", unique)]
    pub a: String,
}
