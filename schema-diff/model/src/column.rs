//! Columns.

use crate::expression::Expression;
use crate::name::{Identifier, QualifiedName};
use crate::sql_type::SqlType;

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Column {
    /// Its name.
    pub name: Identifier,
    /// Its type in the server's own spelling.
    pub sql_type: SqlType,
    /// Whether NULL is allowed.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "std::ops::Not::not"))]
    pub nullable: bool,
    /// The default; `None` for identity and serial columns, whose sequence is in `identity`.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub default: Option<Expression>,
    /// How the server numbers the column by itself.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub identity: Option<Identity>,
    /// The expression of `GENERATED ALWAYS AS (…)`.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub generated: Option<Expression>,
    /// Whether the generated value is computed when it is read (`VIRTUAL`, PostgreSQL 18) and not stored.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "std::ops::Not::not"))]
    pub is_virtual: bool,
    /// The collation where it isn't the type's default, as SQL text (`"de_DE"`, `pg_catalog."C"`).
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub collation: Option<String>,
    /// How the server keeps its values.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Settings::is_empty"))]
    pub settings: Settings,
    /// Its comment.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub comment: Option<String>,
    /// How the Rust side reads it; unknown for inspected columns.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub rust: Option<RustOrigin>,
    /// What the struct says about how to get from the old form to this one; never part of a comparison.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub hints: Hints,
}

impl Column {
    /// A NOT NULL column without anything else.
    pub fn new(name: Identifier, sql_type: SqlType) -> Self {
        Self {
            name,
            sql_type,
            nullable: false,
            default: None,
            identity: None,
            generated: None,
            is_virtual: false,
            collation: None,
            settings: Settings::default(),
            comment: None,
            rust: None,
            hints: Hints::default(),
        }
    }
}

/// How the server numbers a column by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Identity {
    /// The kind of numbering.
    pub kind: IdentityKind,
    /// The sequence behind it; `None` while only declared.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub sequence: Option<QualifiedName>,
    /// How it counts.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "SequenceOptions::is_default"))]
    pub options: Box<SequenceOptions>,
}

/// How a sequence counts, where it isn't the server's default for its type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SequenceOptions {
    /// Its type where it isn't the column's.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub data_type: Option<SqlType>,
    /// `START WITH`.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub start: Option<i64>,
    /// `INCREMENT BY`.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub increment: Option<i64>,
    /// `MINVALUE`.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub min: Option<i64>,
    /// `MAXVALUE`.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub max: Option<i64>,
    /// `CACHE`: so many numbers are taken at once by a session.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub cache: Option<i64>,
    /// `CYCLE`: after the last number it begins anew.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "std::ops::Not::not"))]
    pub cycle: bool,
}

impl SequenceOptions {
    /// Whether the server's defaults hold.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// How the server keeps a column's values, where it isn't the type's own way. What no struct says is no demand: what is
/// set in the database stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Settings {
    /// `SET STORAGE`: `PLAIN`, `EXTERNAL`, `EXTENDED` or `MAIN`.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub storage: Option<String>,
    /// `SET COMPRESSION` (PostgreSQL 14): `pglz` or `lz4`.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub compression: Option<String>,
    /// `SET STATISTICS`: how finely ANALYZE looks at it.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub statistics: Option<i32>,
}

impl Settings {
    /// The word for the type's own storage mode, where it is asked for in so many words.
    pub const OWN_STORAGE: &'static str = "DEFAULT";
    /// The statistics target for that of the server.
    const OWN_STATISTICS: i32 = -1;

    /// Whether nothing is set.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What is asked for and would hold anyway is as if nothing were set: so the server keeps it.
    pub fn forget_what_holds_anyway(&mut self) {
        self.storage.take_if(|mode| mode == Self::OWN_STORAGE);
        self.statistics.take_if(|target| *target == Self::OWN_STATISTICS);
    }
}

/// The kinds of numbered columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum IdentityKind {
    /// `GENERATED BY DEFAULT AS IDENTITY`.
    ByDefault,
    /// `GENERATED ALWAYS AS IDENTITY`.
    Always,
    /// `serial`: a default of `nextval` on a sequence that the column owns.
    Serial,
}

/// How the Rust side reads a column: what release N+1's code decodes, and later, from `schema.lock`, release N's.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct RustOrigin {
    /// The field's type as written, without the `Option`.
    pub type_name: String,
    /// Whether the field is an `Option`, so that the code can decode NULL.
    pub optional: bool,
}

/// What a struct says about the way from the old form of a column to the new one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hints {
    /// The column's earlier name.
    pub renamed_from: Option<Identifier>,
    /// The columns that become one in this, each with its value as an SQL expression over the new column.
    pub merged_from: Vec<(Identifier, String)>,
    /// The new value as an SQL expression over the old columns.
    pub using: Option<String>,
    /// The old value as an SQL expression over the new columns.
    pub back: Option<String>,
    /// The value for rows that exist already, as an SQL expression.
    pub backfill: Option<String>,
    /// Where it is declared.
    pub position: Option<Position>,
}

impl Hints {
    /// The columns whose values go on in this one.
    pub fn sources(&self) -> impl Iterator<Item = &Identifier> {
        self.renamed_from.iter().chain(self.merged_from.iter().map(|(column, _)| column))
    }
}

/// A place in the user's source.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The file as it was named to the reader.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl std::fmt::Display for Position {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}
