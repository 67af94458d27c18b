use schema_diff::Schema;

#[derive(Schema)]
#[db(primary_key(id, other), unique(id, name = "one"), check(name = "one", "id > 0"))]
struct User {
    #[db(primary_key)]
    id: i64,
    #[db(identity, default = 1)]
    other: i64,
    #[db(identity)]
    text: String,
    #[db(identity)]
    maybe: Option<i64>,
    #[db(column = "id")]
    again: i64,
    #[db(skip, unique)]
    skipped: String,
    #[sqlx(flatten)]
    #[db(unique)]
    flat: Flat,
    #[sqlx(rename = "a")]
    #[db(column = "b")]
    renamed: i64,
    #[db(renamed_from = "same")]
    same: i64,
    #[db(generated = "1", backfill = "2")]
    computed: i32,
}

#[derive(Schema)]
#[db(embedded, table = "flat")]
struct Flat {
    street: String,
}

#[derive(Schema)]
struct Note {
    #[db(primary_key)]
    id: Option<i64>,
}

fn main() {}
