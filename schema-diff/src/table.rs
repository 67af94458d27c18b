//! The traits that `#[derive(Schema)]` implements. They run no code: they are there so that the compiler checks what one
//! declaration says about another.

use crate::export::RustType;

/// A struct whose fields are columns: a table, or columns to be embedded in one by `#[sqlx(flatten)]`.
#[diagnostic::on_unimplemented(
    message = "the columns of `{Self}` are unknown",
    label = "a flattened struct needs `#[derive(Schema)]` and `#[db(embedded)]`"
)]
pub trait Row {
    /// What `cargo schema … --compiled` is told of it.
    #[doc(hidden)]
    const RUST_TYPE: &'static RustType = &RustType::Unknown;
}

/// A struct that declares a table.
///
/// ```
/// use schema_diff::{Schema, Table};
///
/// #[derive(Schema)]
/// #[db(table = "app.authors")]
/// struct Author {
///     #[db(primary_key, identity)]
///     id: i64,
///     #[sqlx(rename = "fullName")]
///     name: String,
/// }
///
/// assert_eq!(Author::NAME, "app.authors");
/// assert_eq!(Author::COLUMNS.fullName.name(), "fullName");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no table",
    label = "a table is a struct with `#[derive(Schema)]` that isn't `#[db(embedded)]`"
)]
pub trait Table: Row {
    /// A struct with a [`ColumnHandle`] for each column, under the column's name. Flattened columns aren't in it.
    type Columns;

    /// The table's name with its namespace, as SQL text.
    const NAME: &'static str;

    /// The columns. It stands here, and not beside the struct's own functions, so that nothing is added to those.
    const COLUMNS: Self::Columns;
}

/// A column, as a value that the compiler knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ColumnHandle {
    name: &'static str,
}

impl ColumnHandle {
    /// A column of that name; only the derive has a reason to make one.
    #[doc(hidden)]
    pub const fn new(name: &'static str) -> Self {
        Self { name }
    }

    /// The column's name without quotes.
    pub const fn name(self) -> &'static str {
        self.name
    }
}
