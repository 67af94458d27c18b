//! SQL expressions: defaults, checks, predicates, index keys.

use std::fmt;

use crate::server_form;

/// An SQL expression as it was written, and as the server writes it once it has seen it.
///
/// Two expressions are the same when the server writes them in the same way. What no server has seen yet is
/// only equal to the same text; see `normalise` in the dialect.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Expression {
    /// The text as declared, or as read from the catalog.
    pub text: String,
    /// The server's form: `pg_get_expr` under an empty `search_path`.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub server_form: Option<String>,
}

impl Expression {
    /// An expression that no server has seen yet.
    pub fn declared(text: impl Into<String>) -> Self {
        Self { text: text.into(), server_form: None }
    }

    /// An expression as the server wrote it.
    pub fn inspected(text: impl Into<String>) -> Self {
        let text = server_form::settled(&text.into());
        Self { server_form: Some(text.clone()), text }
    }

    /// Notes how the server writes it.
    pub fn seen_as(&mut self, form: Option<&str>) {
        self.server_form = form.map(server_form::settled);
    }

    /// The server's form where it is known, else the text.
    pub fn canonical(&self) -> &str {
        self.server_form.as_deref().unwrap_or(&self.text)
    }

    /// Whether both are written alike in their canonical form.
    pub fn same_as(&self, other: &Self) -> bool {
        self.canonical() == other.canonical()
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.canonical())
    }
}
