//! Objects that no struct describes: they are declared as SQL, and compared by what the server makes of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::name::{Identifier, QualifiedName, split_dotted};
use crate::sql_text;

/// A view, a function, a trigger or another object, as the server writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SqlObject {
    /// What it is.
    pub kind: ObjectKind,
    /// Its name among those of its kind, as the server writes it: `public.totals`, `public.f(integer)`, `t on public.users`.
    pub name: String,
    /// The table that it belongs to.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub table: Option<QualifiedName>,
    /// The statements that make it; none where it can be told apart but not made.
    pub create: Vec<String>,
    /// The statements that remove it, with semicolons between them; nothing where it can't be removed.
    pub drop: String,
    /// The columns of a view with their types, in order; the result and the argument names of a function; the version of
    /// an extension, where that counts.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub columns: Vec<String>,
    /// The keys of what it needs: `table public.users`, `type public.status`, `function public.f(integer)`.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "BTreeSet::is_empty"))]
    pub needs: BTreeSet<String>,
    /// What a domain is made of.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub domain: Option<Domain>,
}

/// What a domain is made of, as the server writes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Domain {
    /// The type that it is based on, with its collation.
    pub base: String,
    /// Its default.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub default: Option<String>,
    /// Whether it refuses NULL.
    pub not_null: bool,
    /// Its checks by their names: `CHECK (VALUE > 0)`, with ` NOT VALID` where they don't hold for what is there.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "BTreeMap::is_empty"))]
    pub checks: BTreeMap<Identifier, String>,
}

impl Domain {
    /// How the server ends a check that needn't hold for what is there.
    pub const NOT_VALID: &'static str = " NOT VALID";

    /// Whether NULL is no value of it, as NOT NULL says or a plain check.
    pub fn refuses_null(&self) -> bool {
        self.not_null || self.checks.values().any(|check| sql_text::says(check, &["value", "is", "not", "null"]))
    }
}

impl SqlObject {
    /// Its key in a catalog: the kind and the name.
    pub fn key(&self) -> String {
        format!("{} {}", self.kind, self.name)
    }

    /// Whether the server makes the new form in the old one's place, so that what leans on it stays: a function of the
    /// same signature, a view with the same first columns, and what is set rather than made.
    pub fn keeps_its_place(&self, old: &Self) -> bool {
        match self.kind {
            ObjectKind::Extension => self.create == old.create,
            ObjectKind::Function => self.drop == old.drop && self.columns == old.columns && !self.create.is_empty(),
            // One that is made anew would count from the start.
            ObjectKind::Sequence => true,
            ObjectKind::View => self.columns.starts_with(&old.columns),
            ObjectKind::Comment | ObjectKind::ReplicaIdentity | ObjectKind::RowSecurity => true,
            _ => false,
        }
    }

    /// Whether both are made in the same way.
    pub fn same_as(&self, other: &Self) -> bool {
        // Every field is named, so that a new one can't be passed over.
        let Self { kind, name, table, create, drop: _, columns: _, needs: _, domain: _ } = self;
        let same_version = || match (self.version(), other.version()) {
            (Some(one), Some(other)) => one == other,
            (None, _) | (_, None) => true,
        };
        *kind == other.kind && *name == other.name && *table == other.table && *create == other.create && same_version()
    }

    /// Whether it says who may do what with a column of that name.
    pub fn is_right_to(&self, column: &Identifier) -> bool {
        self.kind == ObjectKind::Privileges && self.name.ends_with(&format!(" ({column})"))
    }

    /// Whether it is the namespace of that name.
    pub fn is_namespace(&self, name: &Identifier) -> bool {
        self.kind == ObjectKind::Namespace && split_dotted(&self.name) == [name.as_str()]
    }

    /// The version of an extension, where that counts.
    pub fn version(&self) -> Option<&str> {
        self.columns.first().filter(|_| self.kind == ObjectKind::Extension).map(String::as_str)
    }
}

/// The kinds of objects, in the order in which independent ones are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum ObjectKind {
    /// A namespace without tables or types in it; those with some come with them.
    Namespace,
    /// An extension.
    Extension,
    /// A collation.
    Collation,
    /// A domain.
    Domain,
    /// A composite type.
    CompositeType,
    /// A range type.
    RangeType,
    /// A sequence that no column owns.
    Sequence,
    /// A function or procedure.
    Function,
    /// A view.
    View,
    /// A materialised view with its indexes.
    MaterializedView,
    /// A rewrite rule.
    Rule,
    /// A trigger.
    Trigger,
    /// An event trigger.
    EventTrigger,
    /// An exclusion constraint.
    Exclusion,
    /// Extended statistics.
    Statistics,
    /// Whether row-level security is enabled or forced.
    RowSecurity,
    /// A policy of row-level security.
    Policy,
    /// What identifies a row in logical replication.
    ReplicaIdentity,
    /// A publication.
    Publication,
    /// The comment on an object that has no place for it here.
    Comment,
    /// Who may do what with an object.
    Privileges,
    /// Something about a table, a column or an index that is told apart by name alone.
    Setting,
    /// Any other object, told apart by name alone.
    Other,
}

impl ObjectKind {
    /// Whether it is said of another object: a comment, or who may use it.
    pub fn is_said_of_another(self) -> bool {
        matches!(self, Self::Comment | Self::Privileges)
    }

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Namespace => "namespace",
            Self::Extension => "extension",
            Self::Collation => "collation",
            Self::Domain => "domain",
            Self::CompositeType => "composite type",
            Self::RangeType => "range type",
            Self::Sequence => "sequence",
            Self::Function => "function",
            Self::View => "view",
            Self::MaterializedView => "materialized view",
            Self::Rule => "rule",
            Self::Trigger => "trigger",
            Self::EventTrigger => "event trigger",
            Self::Exclusion => "exclusion constraint",
            Self::Statistics => "statistics",
            Self::RowSecurity => "row security",
            Self::Policy => "policy",
            Self::ReplicaIdentity => "replica identity",
            Self::Publication => "publication",
            Self::Comment => "comment",
            Self::Privileges => "privileges",
            Self::Setting => "setting",
            Self::Other => "object",
        }
    }
}

impl fmt::Display for ObjectKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
