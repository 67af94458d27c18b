//! What a step does to a column.

use schema_model::{Expression, Identifier, Identity, QualifiedName, Settings, SqlType};

use crate::inspection::ColumnFacts;

/// What is done to a column.
#[derive(Clone, Debug)]
pub enum ColumnDeed {
    /// Adds it; where `nullable` is set it takes NULL whatever the declaration says, until it is filled.
    Add {
        /// Its form.
        column: Box<schema_model::Column>,
        /// Without NOT NULL and without a default.
        bare: bool,
        /// Whether the server writes the table anew for it.
        written_anew: bool,
    },
    /// Drops it.
    Drop {
        /// The tables that its foreign keys reference: dropping one locks the referenced table as well.
        references: Vec<QualifiedName>,
    },
    /// Sets its default.
    SetDefault(Expression),
    /// Drops its default.
    DropDefault,
    /// Has the server compute it no longer; what it holds stays.
    DropExpression,
    /// Refuses NULL; a valid check has proven that there is none.
    SetNotNull,
    /// Allows NULL.
    DropNotNull,
    /// Adds the check that proves NOT NULL, not valid yet.
    AddNotNullCheck(Identifier),
    /// Changes the type where the server changes metadata alone.
    SetType {
        /// The type.
        sql_type: SqlType,
        /// The tables at the other ends of foreign keys, which the server makes anew.
        joined: Vec<QualifiedName>,
    },
    /// Comments it.
    Comment(Option<String>),
    /// Sets how its values are kept; what `from` has more gets the server's default again.
    Set(Box<Resetting>),
    /// Gives it what the source has beside its definition: how its values are kept, and privileges.
    KeepAs {
        /// The column it is like.
        source: Box<schema_model::Column>,
        /// The live facts of the source.
        facts: ColumnFacts,
    },
    /// Gives it another name.
    RenameTo(Identifier),
    /// Numbers it in another way, going on where the old sequence stands or after the largest value.
    Renumber(Box<Renumbering>),
    /// Gives it a sequence of its own, from which it takes its numbers when none is given; no row has one yet.
    BeginNumbering {
        /// How it is to be numbered, with the name of its sequence.
        identity: Box<Identity>,
        /// The column's type.
        sql_type: SqlType,
        /// Whether that sequence goes in the switch.
        until_the_switch: bool,
    },
    /// Counts by a sequence no longer, which stays.
    ReleaseSequence {
        /// The sequence.
        sequence: QualifiedName,
        /// Whether the column still owns it.
        owned: bool,
        /// Whether another default is there already.
        default: bool,
    },
    /// Makes it an identity column that goes on where another one stands, whose own sequence goes with it.
    TakeIdentity {
        /// The sequence of the other one.
        from: QualifiedName,
        /// How it is to be numbered, with the name of its sequence.
        to: Box<Identity>,
    },
    /// Moves the ownership and the default of a serial column's sequence here.
    TakeSequence(QualifiedName),
}

/// From one way of numbering a column to another.
#[derive(Clone, Debug)]
pub struct Renumbering {
    /// How it is numbered now.
    pub from: Option<Identity>,
    /// How it is to be numbered.
    pub to: Option<Identity>,
    /// Whether a release has given numbers itself beside the sequence, which goes on after them.
    pub catch_up: bool,
    /// The column's type.
    pub sql_type: SqlType,
}

/// From one way of keeping a column's values to another.
#[derive(Clone, Debug)]
pub struct Resetting {
    /// The settings now.
    pub from: Settings,
    /// The settings then.
    pub to: Settings,
    /// The column's type, which has a way of its own.
    pub sql_type: SqlType,
}
