use schema_diff::Schema;

#[derive(Schema)]
struct User {
    #[db(primry_key)]
    id: i64,
    #[db(uniqe, column = 5, type = varchar)]
    name: String,
    #[db(default)]
    one: i32,
    #[db(default = "")]
    two: i32,
    #[db(check = length(name) > "x")]
    three: String,
    #[db(index, index, unique = true, not_null, not_null)]
    four: Option<i32>,
    #[db(references(User))]
    five: i64,
    #[db(references(User::id, on_delete = casc, deferrable = later, on_delte = cascade))]
    six: i64,
    #[db(identity = sometimes)]
    seven: i64,
    #[db(= 5, unique unique, column = "")]
    eight: i64,
    #[db]
    nine: i64,
    #[db(zzz)]
    ten: i64,
}

fn main() {}
