//! The macros and functions of sqlx that take SQL.

use syn::Path;

use super::QueryForm;

/// What the rows of a form are read into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Into {
    /// Whatever the macro makes, or nobody knows.
    Row,
    /// A type that is named.
    Named,
    /// The first column.
    Scalar,
}

/// A form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Form {
    /// How the query is run.
    pub(super) form: QueryForm,
    /// What becomes of its rows.
    pub(super) into: Into,
    /// Whether a file is named instead of the text.
    pub(super) file: bool,
}

/// The form of a macro by its name.
pub(super) fn of_macro(name: &str) -> Option<Form> {
    let form = |into, file| Some(Form { form: QueryForm::Macro, into, file });
    match name.strip_suffix("_unchecked").unwrap_or(name) {
        "query" => form(Into::Row, false),
        "query_as" => form(Into::Named, false),
        "query_scalar" => form(Into::Scalar, false),
        "query_file" => form(Into::Row, true),
        "query_file_as" => form(Into::Named, true),
        "query_file_scalar" => form(Into::Scalar, true),
        _ => None,
    }
}

/// The form of a function by its path.
pub(super) fn of_function(path: &Path) -> Option<Form> {
    let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    let form = |form, into| Some(Form { form, into, file: false });
    match names.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [.., "QueryBuilder", "new" | "with_arguments"] => form(QueryForm::Prefix, Into::Row),
        [.., name] => match *name {
            "query" | "query_with" => form(QueryForm::Function, Into::Row),
            "query_as" | "query_as_with" => form(QueryForm::Function, Into::Named),
            "query_scalar" | "query_scalar_with" => form(QueryForm::Function, Into::Scalar),
            "raw_sql" => form(QueryForm::Simple, Into::Row),
            _ => None,
        },
        [] => None,
    }
}

/// Methods of sqlx's executors, which take SQL themselves.
pub(super) const EXECUTOR_METHODS: &[&str] =
    &["execute", "execute_many", "fetch", "fetch_all", "fetch_many", "fetch_one", "fetch_optional", "prepare"];

/// Whether a text begins like SQL; `execute("…")` may be anybody's.
pub(super) fn begins_like_sql(text: &str) -> bool {
    const FIRST: &[&str] = &[
        "select", "insert", "update", "delete", "with", "values", "merge", "truncate", "copy", "lock", "call", "do",
        "refresh", "notify", "listen", "set", "create", "alter", "drop", "begin", "commit", "vacuum", "analyze",
    ];
    let first = text.split_whitespace().next().unwrap_or_default().to_lowercase();
    FIRST.contains(&first.as_str())
}
