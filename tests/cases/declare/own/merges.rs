use schema_diff::Schema;

#[derive(Schema)]
struct Person {
    #[db(primary_key)]
    id: i64,
    #[db(merged_from(first = "split_part(name, ' ', 1)"), using = "first")]
    name: String,
    #[db(merged_from(street = "address", "city"))]
    address: String,
    #[db(merged_from = "a", using = "a")]
    other: String,
    #[db(renamed_from = "old", merged_from(a = "both", b = "both"), using = "a || b")]
    both: String,
}

fn main() {}
