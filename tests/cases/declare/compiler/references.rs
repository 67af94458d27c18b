use schema_diff::Schema;

#[derive(Schema)]
struct User {
    #[db(primary_key)]
    id: i64,
    name: String,
}

#[derive(Schema)]
#[db(embedded)]
struct Address {
    street: String,
}

struct Plain;

#[derive(Schema)]
#[db(foreign_key((user_id, user_name) -> User(id, nmae)))]
struct Post {
    #[db(references(User::idd))]
    user_id: i64,
    #[db(references(Usr::id))]
    user_name: String,
    #[db(references(Address::street))]
    street: String,
    #[db(references(Plain::id))]
    plain: i64,
    #[db(references(Post::street, on_delete = cascade))]
    own: String,
}

fn main() {}
