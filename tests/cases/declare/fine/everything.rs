#![deny(warnings, missing_docs, unreachable_pub, nonstandard_style)]
//! What is allowed, without a lint.

use schema_diff::Schema;

/// A state.
#[derive(Schema)]
pub enum Status {
    /// Not yet.
    Draft,
    /// Done.
    Done,
}

#[derive(Schema)]
#[repr(i32)]
enum Level {
    Low = -1,
    High,
}

/// A key.
#[derive(Schema)]
pub struct UserId(i64);

#[derive(Schema)]
struct Key<T>(i64, std::marker::PhantomData<T>);

type Name<'a> = std::borrow::Cow<'a, str>;

#[derive(Schema)]
#[db(embedded)]
struct Address<'a> {
    street: &'a str,
    #[db(unique)]
    #[sqlx(rename = "poBox")]
    box_number: Option<i32>,
}

/// Anybody.
#[derive(Schema)]
#[db(table = "app.users")]
#[db(index(name text_pattern_ops, (level + 1) desc nulls last, using = btree, with(fillfactor = 70)))]
#[db(index(unique desc, name = by_unique), index(lower(name), include(id), unique, where = level = 1))]
pub struct User<'a, I = UserId> {
    #[db(primary_key, identity = always)]
    id: I,
    name: Name<'a>,
    #[sqlx(flatten)]
    address: Address<'a>,
    #[db(default = Status::Draft)]
    status: Status,
    #[db(default = Level::Low)]
    level: Level,
    r#type: Option<Vec<u8>>,
    unique: bool,
    #[db(references(User::id, on_delete = "set null", deferrable = initially_deferred))]
    boss: Option<Key<Status>>,
    #[db(references(other::Private::crate_, on_delete = no_action), nullable)]
    other: i64,
    #[db(type = "app.unheard_of")]
    foreign: std::collections::HashMap<String, f32>,
    #[sqlx(try_from = "i64")]
    number: u64,
    #[sqlx(json)]
    json: Option<(i32, i32)>,
    #[db(column = "with space", generated = "upper(name)")]
    spaced: Option<String>,
}

mod other {
    use schema_diff::Schema;

    #[derive(Schema)]
    #[db(unique(crate_, level, nulls_not_distinct), unmanaged)]
    pub(super) struct Private {
        #[sqlx(rename = "crate_")]
        number: i64,
        level: super::Level,
        #[db(references(super::User::id))]
        user: i64,
    }
}

fn main() {
    let _ = (Status::Done, Level::High);
}
