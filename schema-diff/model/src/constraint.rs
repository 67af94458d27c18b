//! Constraints of a table. Names are open (`None`) while only declared: the server's default form is taken then.

use crate::expression::Expression;
use crate::name::{Identifier, QualifiedName};

/// `PRIMARY KEY (…)`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct PrimaryKey {
    /// The constraint's name; open where it was not declared.
    pub name: Option<Identifier>,
    /// The key columns in order.
    pub columns: Vec<Identifier>,
    /// The columns of INCLUDE.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub include: Vec<Identifier>,
    /// When it is checked.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Deferrable::is_default"))]
    pub deferrable: Deferrable,
}

/// `UNIQUE (…)`. A partial or expression one is a unique [`crate::Index`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Unique {
    /// The constraint's name; open where it was not declared.
    pub name: Option<Identifier>,
    /// The columns in order.
    pub columns: Vec<Identifier>,
    /// The columns of INCLUDE.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub include: Vec<Identifier>,
    /// `NULLS NOT DISTINCT` (PostgreSQL 15).
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "std::ops::Not::not"))]
    pub nulls_not_distinct: bool,
    /// When it is checked.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Deferrable::is_default"))]
    pub deferrable: Deferrable,
}

/// `CHECK (…)`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Check {
    /// The constraint's name; open where it was not declared.
    pub name: Option<Identifier>,
    /// The condition, without the word CHECK and without outer parentheses where it was declared.
    pub expression: Expression,
    /// The field it was declared at, which goes into the default name.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub column: Option<Identifier>,
    /// `NO INHERIT`.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "std::ops::Not::not"))]
    pub no_inherit: bool,
    /// Found as NOT VALID: existing rows were never checked.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "std::ops::Not::not"))]
    pub not_valid: bool,
}

/// `FOREIGN KEY (…) REFERENCES …`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ForeignKey {
    /// The constraint's name; open where it was not declared.
    pub name: Option<Identifier>,
    /// The referencing columns.
    pub columns: Vec<Identifier>,
    /// The referenced table.
    pub references: QualifiedName,
    /// The referenced columns, in the order of `columns`.
    pub referenced_columns: Vec<Identifier>,
    /// `MATCH FULL`: either all referencing columns are NULL or none is.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "std::ops::Not::not"))]
    pub match_full: bool,
    /// What a DELETE of the referenced row does.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "ReferentialAction::is_default"))]
    pub on_delete: ReferentialAction,
    /// What an UPDATE of the referenced key does.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "ReferentialAction::is_default"))]
    pub on_update: ReferentialAction,
    /// When it is checked.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Deferrable::is_default"))]
    pub deferrable: Deferrable,
    /// Found as NOT VALID: existing rows were never checked.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "std::ops::Not::not"))]
    pub not_valid: bool,
}

/// What happens to a row whose referenced row goes or changes its key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum ReferentialAction {
    /// An error, at the end of the statement or of the transaction.
    #[default]
    NoAction,
    /// An error at once.
    Restrict,
    /// The row follows.
    Cascade,
    /// The columns become NULL.
    SetNull,
    /// The columns take their default.
    SetDefault,
}

impl ReferentialAction {
    /// Every action, in the order of the manual.
    pub const ALL: [Self; 5] = [Self::NoAction, Self::Restrict, Self::Cascade, Self::SetNull, Self::SetDefault];

    /// The SQL words.
    pub fn as_sql(self) -> &'static str {
        match self {
            Self::NoAction => "NO ACTION",
            Self::Restrict => "RESTRICT",
            Self::Cascade => "CASCADE",
            Self::SetNull => "SET NULL",
            Self::SetDefault => "SET DEFAULT",
        }
    }

    /// Whether it is what the server does when nothing is said.
    pub fn is_default(&self) -> bool {
        *self == Self::NoAction
    }
}

/// When a constraint is checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Deferrable {
    /// After each statement, always.
    #[default]
    NotDeferrable,
    /// After each statement unless a transaction defers it.
    InitiallyImmediate,
    /// At the end of each transaction.
    InitiallyDeferred,
}

impl Deferrable {
    /// Whether it is what the server does when nothing is said.
    pub fn is_default(&self) -> bool {
        *self == Self::NotDeferrable
    }
}
