use schema_diff::Schema;

struct UserId(i64);

type Alias = UserId;

struct Address {
    street: String,
}

#[derive(Schema)]
enum Status {
    Draft,
    Done,
}

#[derive(Schema)]
struct Wrapped(UserId);

#[derive(Schema)]
struct User {
    id: UserId,
    many: Option<Vec<UserId>>,
    alias: Alias,
    #[sqlx(flatten)]
    address: Address,
    #[db(default = Status::Daft)]
    status: Status,
    axum: std::collections::HashMap<String, String>,
    missing: Missing,
}

fn main() {}
