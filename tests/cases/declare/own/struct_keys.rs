use schema_diff::Schema;

#[derive(Schema)]
#[db(tabel = "users", primary_key(id, naem), unique(kind), index(created desc, where = done, usng = gin))]
#[db(index(lower(email) = "x"), check("a", "b"), check(), foreign_key((id, name) -> User(id)), foreign_key(id))]
#[db(index(created created created), renamed_from = "a.b.c", unique(id, where = "id > 0", deferrable), index())]
#[db(index(name, nulls_not_distinct, include(nmae), with(fillfactor)), crate = "1", table = "")]
struct User {
    id: i64,
    name: String,
    #[sqlx(rename = "type")]
    kind: String,
    created: i64,
    email: String,
}

fn main() {}
