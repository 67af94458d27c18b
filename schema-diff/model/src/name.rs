//! Names of database objects, checked when they are made.

use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, LazyLock};

use crate::sql_word;

/// The longest identifier PostgreSQL keeps, in bytes (NAMEDATALEN - 1); it cuts longer ones silently, so we refuse them.
pub const MAX_IDENTIFIER_BYTES: usize = 63;

/// The namespace that nearly every name is in.
static PUBLIC: LazyLock<Arc<str>> = LazyLock::new(|| "public".into());

/// The name of one object, without its namespace: not empty, no NUL, at most [`MAX_IDENTIFIER_BYTES`] bytes.
///
/// It holds the name itself, without quotes, and is cheap to clone. `Display` quotes it where SQL would need it to keep case or symbols.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "String", into = "String"))]
pub struct Identifier(Arc<str>);

/// Why a text can't be an identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InvalidName {
    /// The text is empty.
    Empty,
    /// The text holds a NUL character.
    Nul,
    /// The text is longer than [`MAX_IDENTIFIER_BYTES`]; the field is its length in bytes.
    TooLong(usize),
}

impl fmt::Display for InvalidName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "a name can't be empty"),
            Self::Nul => write!(f, "a name can't hold a NUL character"),
            Self::TooLong(bytes) => {
                write!(f, "a name has at most {MAX_IDENTIFIER_BYTES} bytes, this one has {bytes}")
            }
        }
    }
}

impl std::error::Error for InvalidName {}

impl Identifier {
    /// Checks the text and makes it a name.
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidName> {
        let text = text.into();
        if text.is_empty() {
            return Err(InvalidName::Empty);
        }
        if text.contains('\0') {
            return Err(InvalidName::Nul);
        }
        if text.len() > MAX_IDENTIFIER_BYTES {
            return Err(InvalidName::TooLong(text.len()));
        }
        Ok(Self(text.into()))
    }

    /// A name made of parts joined by `_`, as the server derives default names: when it would be too long, the
    /// longest parts but the last are cut, byte-wise at character bounds (`makeObjectName` in the server's source).
    pub fn derived(parts: &[&str], label: &str) -> Self {
        let mut parts: Vec<&str> = parts.to_vec();
        let suffix = if label.is_empty() { String::new() } else { format!("_{label}") };
        loop {
            let length =
                parts.iter().map(|part| part.len()).sum::<usize>() + parts.len().saturating_sub(1) + suffix.len();
            if length <= MAX_IDENTIFIER_BYTES {
                return Self(format!("{}{suffix}", parts.join("_")).into());
            }
            // The first of the longest is cut last, as the server does with name1 and name2.
            let longest = (0..parts.len()).rev().max_by_key(|&i| parts[i].len()).unwrap_or(0);
            let part = parts[longest];
            let mut end = part.len().saturating_sub(1);
            while !part.is_char_boundary(end) {
                end -= 1;
            }
            parts[longest] = &part[..end];
        }
    }

    /// The name without quotes.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As SQL reads it: in quotes where it needs them, keywords included.
    pub fn quoted(&self) -> String {
        sql_word::quoted(&self.0)
    }
}

impl fmt::Display for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if sql_word::is_plain(&self.0) { f.write_str(&self.0) } else { f.write_str(&sql_word::in_quotes(&self.0)) }
    }
}

impl FromStr for Identifier {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        Self::new(text)
    }
}

impl TryFrom<String> for Identifier {
    type Error = InvalidName;

    fn try_from(text: String) -> Result<Self, InvalidName> {
        Self::new(text)
    }
}

impl From<Identifier> for String {
    fn from(name: Identifier) -> Self {
        name.0.as_ref().to_owned()
    }
}

/// The name of a table or type together with the namespace (PostgreSQL calls it a schema) it lives in.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "String", into = "String"))]
pub struct QualifiedName {
    /// The namespace.
    pub namespace: Identifier,
    /// The object's own name.
    pub name: Identifier,
}

impl QualifiedName {
    /// Puts a name into a namespace.
    pub fn new(namespace: Identifier, name: Identifier) -> Self {
        Self { namespace, name }
    }

    /// Puts a name into `public`, the namespace of what is declared without one.
    pub fn in_public(name: Identifier) -> Self {
        Self { namespace: Identifier(PUBLIC.clone()), name }
    }

    /// A further object in the same namespace.
    pub fn sibling(&self, name: Identifier) -> Self {
        Self { namespace: self.namespace.clone(), name }
    }
}

impl fmt::Display for QualifiedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.namespace, self.name)
    }
}

impl FromStr for QualifiedName {
    type Err = InvalidName;

    /// Reads `namespace.name` or `name` (in `public`); parts may stand in double quotes.
    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let parts = split_dotted(text);
        match parts.as_slice() {
            [name] => Ok(Self::in_public(Identifier::new(name.clone())?)),
            [namespace, name] => Ok(Self::new(Identifier::new(namespace.clone())?, Identifier::new(name.clone())?)),
            _ => Err(InvalidName::Empty),
        }
    }
}

impl TryFrom<String> for QualifiedName {
    type Error = InvalidName;

    fn try_from(text: String) -> Result<Self, InvalidName> {
        text.parse()
    }
}

impl From<QualifiedName> for String {
    fn from(name: QualifiedName) -> Self {
        name.to_string()
    }
}

/// Splits at dots outside double quotes and takes the quotes away; the case stays as written.
pub fn split_dotted(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quoted = false;
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let part = parts.last_mut().expect("there is always a part");
        match c {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                part.push('"');
            }
            '"' => quoted = !quoted,
            '.' if !quoted => parts.push(String::new()),
            other => part.push(other),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_and_parse_are_inverse() {
        for text in ["public.users", "\"My App\".\"a\"\"b\"", "app.\"Größe\""] {
            let name: QualifiedName = text.parse().expect("a valid name");
            assert_eq!(name.to_string(), text);
        }
        assert_eq!("users".parse::<QualifiedName>().expect("a valid name").to_string(), "public.users");
    }

    #[test]
    fn derived_names_stay_within_the_limit() {
        let long = "x".repeat(60);
        let name = Identifier::derived(&[&long, "display_name"], "key");
        assert_eq!(name.as_str().len(), MAX_IDENTIFIER_BYTES);
        assert!(name.as_str().ends_with("_display_name_key"));
        assert_eq!(Identifier::derived(&["users", "name"], "key").as_str(), "users_name_key");
    }

    #[test]
    fn names_that_the_server_would_cut_are_refused() {
        assert_eq!(Identifier::new("x".repeat(64)), Err(InvalidName::TooLong(64)));
        assert_eq!(Identifier::new(""), Err(InvalidName::Empty));
    }
}
