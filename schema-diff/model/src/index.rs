//! Indexes that belong to no constraint.

use crate::expression::Expression;
use crate::name::Identifier;

/// `CREATE [UNIQUE] INDEX`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Index {
    /// The index's name; open where it was not declared.
    pub name: Option<Identifier>,
    /// Whether it forbids equal keys.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "std::ops::Not::not"))]
    pub unique: bool,
    /// The access method: `btree`, `hash`, `gin`, `gist`, `spgist`, `brin` or an extension's.
    pub method: String,
    /// The key columns and expressions in order.
    pub keys: Vec<IndexKey>,
    /// The columns of INCLUDE.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub include: Vec<Identifier>,
    /// The predicate of a partial index.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub predicate: Option<Expression>,
    /// `NULLS NOT DISTINCT` (PostgreSQL 15).
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "std::ops::Not::not"))]
    pub nulls_not_distinct: bool,
    /// Storage parameters as `name=value`, sorted.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub with: Vec<String>,
    /// Found INVALID: left by a build that failed, or still being built.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "std::ops::Not::not"))]
    pub invalid: bool,
}

/// One key of an index.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct IndexKey {
    /// What is indexed.
    pub target: IndexKeyTarget,
    /// `DESC`.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "std::ops::Not::not"))]
    pub descending: bool,
    /// Where NULLs stand; `None` is the server's default (last when ascending, first when descending).
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub nulls: Option<NullsOrder>,
    /// The operator class where it isn't the default one, or has parameters.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub operator_class: Option<String>,
    /// The parameters of the operator class as `name=value`, sorted (PostgreSQL 13).
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub parameters: Vec<String>,
    /// The collation where it isn't the column's, as SQL text.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub collation: Option<String>,
    /// How the class and the collation are declared, where the server keeps them in another form.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "DeclaredNames::is_empty"))]
    pub declared: DeclaredNames,
}

/// Names of an index key as they are declared. That they mean what the server has, only a server can tell: kept in the
/// lock, they are known without one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct DeclaredNames {
    /// The operator class.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub operator_class: Option<String>,
    /// The collation.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub collation: Option<String>,
}

impl DeclaredNames {
    /// Whether the server has all of them as they are declared.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Index {
    /// The expressions among its keys.
    pub fn expressions(&self) -> impl Iterator<Item = &Expression> {
        self.keys.iter().filter_map(|key| match &key.target {
            IndexKeyTarget::Expression(expression) => Some(expression),
            IndexKeyTarget::Column(_) => None,
        })
    }

    /// The expressions among its keys, to be changed.
    pub fn expressions_mut(&mut self) -> impl Iterator<Item = &mut Expression> {
        self.keys.iter_mut().filter_map(IndexKey::expression_mut)
    }
}

impl IndexKeyTarget {
    /// The column, where it is one.
    pub fn column(&self) -> Option<&Identifier> {
        match self {
            Self::Column(column) => Some(column),
            Self::Expression(_) => None,
        }
    }
}

impl IndexKey {
    /// The expression that is indexed, to be changed.
    pub fn expression_mut(&mut self) -> Option<&mut Expression> {
        match &mut self.target {
            IndexKeyTarget::Expression(expression) => Some(expression),
            IndexKeyTarget::Column(_) => None,
        }
    }

    /// An ascending key over a column.
    pub fn column(name: Identifier) -> Self {
        Self::of(IndexKeyTarget::Column(name))
    }

    /// An ascending key over an expression.
    pub fn expression(expression: Expression) -> Self {
        Self::of(IndexKeyTarget::Expression(expression))
    }

    fn of(target: IndexKeyTarget) -> Self {
        Self {
            target,
            descending: false,
            nulls: None,
            operator_class: None,
            parameters: Vec::new(),
            collation: None,
            declared: DeclaredNames::default(),
        }
    }
}

/// What an index key holds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum IndexKeyTarget {
    /// A column.
    Column(Identifier),
    /// An expression over the table's columns.
    Expression(Expression),
}

/// Where NULLs stand in an index key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum NullsOrder {
    /// `NULLS FIRST`.
    First,
    /// `NULLS LAST`.
    Last,
}
