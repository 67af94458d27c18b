//! Items as they are to be written: between the catalog and the text.

use std::collections::BTreeSet;

use schema_model::QualifiedName;

/// A key of `#[db(…)]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    /// The word.
    pub(crate) name: &'static str,
    /// What it is given.
    pub(crate) value: Value,
}

/// What a key is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// Nothing: `unique`.
    Nothing,
    /// `default = 0`.
    Is(String),
    /// `unique(a, b)`.
    List(Vec<String>),
    /// The whole key as somebody wrote it.
    Verbatim(String),
}

impl Key {
    /// A key alone.
    pub(crate) fn word(name: &'static str) -> Self {
        Self { name, value: Value::Nothing }
    }

    /// A key with a value.
    pub(crate) fn is(name: &'static str, value: impl Into<String>) -> Self {
        Self { name, value: Value::Is(value.into()) }
    }

    /// A key with a list; without one it stands alone.
    pub(crate) fn list(name: &'static str, parts: Vec<String>) -> Self {
        Self { name, value: if parts.is_empty() { Value::Nothing } else { Value::List(parts) } }
    }

    /// The key in one line.
    pub(crate) fn text(&self) -> String {
        match &self.value {
            Value::Nothing => self.name.to_owned(),
            Value::Is(value) => format!("{} = {value}", self.name),
            Value::List(parts) => format!("{}({})", self.name, parts.join(", ")),
            Value::Verbatim(text) => text.clone(),
        }
    }
}

/// A Rust type with the paths that must be in scope for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RustType {
    /// As it is written.
    pub(crate) text: String,
    /// What is to be imported.
    pub(crate) uses: BTreeSet<String>,
    /// The items of this tree that it names.
    pub(crate) items: BTreeSet<QualifiedName>,
}

impl RustType {
    /// A type that needs no import.
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), uses: BTreeSet::new(), items: BTreeSet::new() }
    }

    /// The same type within another one.
    #[must_use]
    pub(crate) fn within(mut self, wrapper: &str) -> Self {
        self.text = format!("{wrapper}<{}>", self.text);
        self
    }
}

/// An item.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    /// The table or type that it declares; for a newtype the table whose key it is.
    pub(crate) object: QualifiedName,
    /// Its Rust name.
    pub(crate) name: String,
    /// Its comment in the database.
    pub(crate) comment: Option<String>,
    /// What it derives.
    pub(crate) derives: Vec<String>,
    /// What sqlx is told, each in an attribute.
    pub(crate) sqlx: Vec<String>,
    /// Its keys, each in an attribute.
    pub(crate) keys: Vec<Key>,
    /// What is to be imported.
    pub(crate) uses: BTreeSet<String>,
    /// The other items that it names, by their objects.
    pub(crate) items: BTreeSet<QualifiedName>,
    /// What it is.
    pub(crate) body: Body,
}

/// What an item is.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    /// A struct with fields.
    Struct(Vec<Field>),
    /// An enum.
    Enum(Vec<Variant>),
    /// A struct around one type.
    Newtype(RustType),
}

/// A field.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    /// Its Rust name, raw where it must be.
    pub(crate) name: String,
    /// Its type.
    pub(crate) ty: RustType,
    /// The column's comment.
    pub(crate) comment: Option<String>,
    /// What sqlx is told.
    pub(crate) sqlx: Vec<String>,
    /// Its keys, in one attribute.
    pub(crate) keys: Vec<Key>,
}

/// A variant.
#[derive(Clone, Debug)]
pub(crate) struct Variant {
    /// Its Rust name.
    pub(crate) name: String,
    /// What sqlx is told.
    pub(crate) sqlx: Vec<String>,
}
