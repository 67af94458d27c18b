//! People's own file.

use schema_diff::Schema;

// A comment above.
/// Somebody.
///
/// A second paragraph that people wrote.
#[derive(Clone, Debug, Schema, sqlx::FromRow, PartialEq)]
#[db(table = "users")]
pub struct User {
    /// Its key.
    #[db(primary_key)]
    pub id: i64, // the number
    /// How it is called.
    pub name: Option<String>,
    // What follows is going away.
    #[db(default = 0)]
    #[cfg_attr(any(), serde(skip))]
    pub gone: i32,
    #[db(default = 1, check(age > 0))]
    pub age: i32,
    pub kept: MyText,
    pub same_again: String,
}

/// Text of our own.
#[derive(Clone, Debug, PartialEq, Schema, sqlx::Type)]
#[sqlx(transparent)]
pub struct MyText(pub String);

impl User {
    /// A method.
    pub fn is_old(&self) -> bool { self.age > 99 }
}
