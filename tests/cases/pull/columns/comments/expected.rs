//! The tables of the database, with the types of their columns.

use schema_diff::Schema;

/// One paragraph that is long enough to be wrapped, since no line of a doc comment should be
/// longer than people like to read, and  two spaces stay.
#[derive(Clone, Debug, Schema, sqlx::FromRow)]
pub struct Commented {
    /// Short "quoted" \ text
    pub a: Option<i32>,
    #[db(comment = "Two\nlines")]
    pub b: Option<i32>,
    #[db(comment = " spaces around ")]
    pub c: Option<i32>,
    /// a tab	inside
    pub d: Option<i32>,
    #[db(comment = "first\n\nsecond")]
    pub e: Option<i32>,
    /// / with a slash */ and {braces}
    pub f: Option<i32>,
}
