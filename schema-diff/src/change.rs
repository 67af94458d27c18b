//! Changes: single differences between two catalogs, without SQL and without order.

use std::fmt;

use schema_model::{
    Check, Column, EnumType, Expression, ForeignKey, Identifier, Index, Partition, PrimaryKey, QualifiedName, Settings,
    SqlObject, Table, Unique,
};

/// One difference between two catalogs.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "there are a handful of changes at a time, and each is moved once")]
pub enum Change {
    /// A namespace that nothing lives in yet.
    AddNamespace(Identifier),
    /// A new enum type.
    AddEnum(EnumType),
    /// An enum type that is no longer declared.
    DropEnum(EnumType),
    /// A further label of an enum type.
    AddEnumValue {
        /// The type.
        name: QualifiedName,
        /// The label.
        value: String,
        /// The label that it stands before, which is there already; `None` at the end.
        before: Option<String>,
    },
    /// Labels of an enum type that go, get other names or stand in another order.
    SetEnumValues {
        /// The type now.
        from: EnumType,
        /// The type then.
        to: EnumType,
    },
    /// Another comment on an enum type.
    SetEnumComment {
        /// The type.
        name: QualifiedName,
        /// The comment; `None` takes it away.
        comment: Option<String>,
    },
    /// A new table.
    AddTable(Table),
    /// A table that is no longer declared.
    DropTable(Table),
    /// Another comment on a table.
    SetTableComment {
        /// The table.
        table: QualifiedName,
        /// The comment; `None` takes it away.
        comment: Option<String>,
    },
    /// A table under another name.
    RenameTable {
        /// The name now.
        from: QualifiedName,
        /// The name then.
        to: QualifiedName,
    },
    /// Another primary key.
    SetPrimaryKey {
        /// The table.
        table: QualifiedName,
        /// The key now.
        from: Option<PrimaryKey>,
        /// The key then, with its name.
        to: Option<PrimaryKey>,
    },
    /// Other storage parameters of a table.
    SetStorageParameters {
        /// The table.
        table: QualifiedName,
        /// Those that are set.
        from: Vec<String>,
        /// Those that are to be set.
        to: Vec<String>,
    },
    /// Whether changes of a table are written to the log.
    SetLogged {
        /// The table.
        table: QualifiedName,
        /// Whether they are to be.
        logged: bool,
    },
    /// A new partition.
    AddPartition {
        /// The table, or the partition that is partitioned itself.
        table: QualifiedName,
        /// The partition.
        partition: Partition,
    },
    /// A partition that is none any more.
    DetachPartition {
        /// The table.
        table: QualifiedName,
        /// The partition.
        partition: Partition,
    },
    /// A new object that no struct describes.
    AddObject(SqlObject),
    /// One that is no longer declared.
    DropObject(SqlObject),
    /// One that is made in another way.
    ReplaceObject {
        /// The old form.
        from: Box<SqlObject>,
        /// The new form.
        to: Box<SqlObject>,
    },
    /// Something about a column.
    Column {
        /// The table.
        table: QualifiedName,
        /// What about it.
        change: ColumnChange,
    },
    /// Something about a constraint or an index.
    Constraint {
        /// The table.
        table: QualifiedName,
        /// What about it.
        change: ConstraintChange,
    },
}

/// A difference of one column.
#[derive(Clone, Debug, PartialEq)]
pub enum ColumnChange {
    /// A new column.
    Add(Column),
    /// A column that is no longer declared.
    Drop(Column),
    /// A column with another name; the type and the rest may differ too.
    Rename {
        /// The old form.
        from: Box<Column>,
        /// The new form.
        to: Box<Column>,
    },
    /// Another type under the same name.
    SetType {
        /// The old form.
        from: Box<Column>,
        /// The new form.
        to: Box<Column>,
    },
    /// NULL is no longer allowed.
    SetNotNull(Column),
    /// NULL is allowed from now on.
    DropNotNull(Column),
    /// Another default.
    SetDefault {
        /// The column in its new form.
        column: Column,
        /// The new default.
        default: Expression,
    },
    /// No default any more.
    DropDefault(Column),
    /// Numbered by the server in another way, or no longer.
    SetNumbering {
        /// The old form.
        from: Box<Column>,
        /// The new form.
        to: Box<Column>,
    },
    /// Computed by the server in another way, or no longer, or from now on.
    SetGenerated {
        /// The old form.
        from: Box<Column>,
        /// The new form.
        to: Box<Column>,
    },
    /// Other settings.
    SetSettings {
        /// The settings now.
        from: Settings,
        /// The column in its new form.
        column: Column,
    },
    /// Another comment.
    SetComment(Column),
}

/// A difference of one constraint or index.
#[derive(Clone, Debug, PartialEq)]
pub enum ConstraintChange {
    /// A new one.
    Add(TableConstraint),
    /// One that is no longer declared.
    Drop(TableConstraint),
    /// One that was NOT VALID and is to hold for every row.
    Validate(TableConstraint),
    /// One that is to have another name.
    Rename {
        /// The kind, as a word.
        kind: &'static str,
        /// The name now.
        from: Identifier,
        /// The name then.
        to: Identifier,
    },
}

/// A constraint or an index of a table.
#[derive(Clone, Debug, PartialEq)]
pub enum TableConstraint {
    /// A unique constraint.
    Unique(Unique),
    /// A check.
    Check(Check),
    /// A foreign key.
    ForeignKey(ForeignKey),
    /// An index that no constraint owns.
    Index(Index),
}

impl TableConstraint {
    /// Its name; open while only declared.
    pub fn name(&self) -> Option<&Identifier> {
        match self {
            Self::Unique(unique) => unique.name.as_ref(),
            Self::Check(check) => check.name.as_ref(),
            Self::ForeignKey(foreign_key) => foreign_key.name.as_ref(),
            Self::Index(index) => index.name.as_ref(),
        }
    }

    /// Whether existing rows are never to be checked.
    pub fn is_not_valid(&self) -> bool {
        match self {
            Self::Check(check) => check.not_valid,
            Self::ForeignKey(key) => key.not_valid,
            Self::Unique(_) | Self::Index(_) => false,
        }
    }

    /// The word for its kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Unique(_) => "unique constraint",
            Self::Check(_) => "check constraint",
            Self::ForeignKey(_) => "foreign key",
            Self::Index(_) => "index",
        }
    }
}

impl Change {
    /// The table that the change is about.
    pub fn table(&self) -> Option<&QualifiedName> {
        match self {
            Self::AddTable(table) | Self::DropTable(table) => Some(&table.name),
            Self::RenameTable { from, .. } => Some(from),
            Self::SetTableComment { table, .. }
            | Self::SetPrimaryKey { table, .. }
            | Self::SetStorageParameters { table, .. }
            | Self::SetLogged { table, .. }
            | Self::AddPartition { table, .. }
            | Self::DetachPartition { table, .. }
            | Self::Column { table, .. }
            | Self::Constraint { table, .. } => Some(table),
            Self::AddObject(object) | Self::DropObject(object) => object.table.as_ref(),
            Self::ReplaceObject { to, .. } => to.table.as_ref(),
            Self::AddNamespace(_)
            | Self::AddEnum(_)
            | Self::DropEnum(_)
            | Self::AddEnumValue { .. }
            | Self::SetEnumValues { .. }
            | Self::SetEnumComment { .. } => None,
        }
    }

    /// The object that it is about, in its new form where it has one.
    pub fn object(&self) -> Option<&SqlObject> {
        match self {
            Self::AddObject(object) | Self::DropObject(object) => Some(object),
            Self::ReplaceObject { to, .. } => Some(to),
            _ => None,
        }
    }

    /// The tables that its foreign keys reference.
    pub fn references(&self) -> impl Iterator<Item = &QualifiedName> {
        let keys = match self {
            Self::AddTable(table) => table.foreign_keys.as_slice(),
            Self::Constraint {
                change:
                    ConstraintChange::Add(TableConstraint::ForeignKey(key))
                    | ConstraintChange::Drop(TableConstraint::ForeignKey(key)),
                ..
            } => std::slice::from_ref(key),
            _ => &[],
        };
        keys.iter().map(|key| &key.references)
    }

    /// A short name of the change in `snake_case`, which names the migration's folder.
    pub fn slug(&self) -> String {
        match self {
            Self::AddNamespace(name) => format!("add_namespace_{}", name.as_str()),
            Self::AddEnum(enum_type) => format!("add_{}", enum_type.name.name.as_str()),
            Self::DropEnum(enum_type) => format!("drop_{}", enum_type.name.name.as_str()),
            Self::AddEnumValue { name, value, .. } => format!("add_{value}_to_{}", name.name.as_str()),
            Self::SetEnumValues { to, .. } => format!("change_values_of_{}", to.name.name.as_str()),
            Self::SetEnumComment { name, .. } => format!("comment_{}", name.name.as_str()),
            Self::AddTable(table) => format!("add_{}", table.name.name.as_str()),
            Self::DropTable(table) => format!("drop_{}", table.name.name.as_str()),
            Self::SetTableComment { table, .. } => format!("comment_{}", table.name.as_str()),
            Self::RenameTable { from, to } => format!("rename_{}_to_{}", from.name.as_str(), to.name.as_str()),
            Self::SetPrimaryKey { table, .. } => format!("change_key_of_{}", table.name.as_str()),
            Self::SetStorageParameters { table, .. } => format!("set_parameters_of_{}", table.name.as_str()),
            Self::SetLogged { table, logged: true } => format!("log_{}", table.name.as_str()),
            Self::SetLogged { table, logged: false } => format!("unlog_{}", table.name.as_str()),
            Self::AddPartition { partition, .. } => format!("add_partition_{}", partition.name.name.as_str()),
            Self::DetachPartition { partition, .. } => format!("detach_partition_{}", partition.name.name.as_str()),
            Self::AddObject(object) => format!("add_{}", object_slug(object)),
            Self::DropObject(object) => format!("drop_{}", object_slug(object)),
            Self::ReplaceObject { to, .. } if to.version().is_some() => format!("update_{}", object_slug(to)),
            Self::ReplaceObject { to, .. } => format!("replace_{}", object_slug(to)),
            Self::Column { table, change } => column_slug(table.name.as_str(), change),
            Self::Constraint { table, change } => constraint_slug(table.name.as_str(), change),
        }
    }
}

fn object_slug(object: &SqlObject) -> String {
    let name = object.name.split(['(', ' ']).next().unwrap_or_default();
    format!("{}_{}", object.kind.word().replace(' ', "_"), name.strip_prefix("public.").unwrap_or(name))
}

fn column_slug(table: &str, change: &ColumnChange) -> String {
    let (word, column) = match change {
        ColumnChange::Add(column) => ("add", column),
        ColumnChange::Drop(column) => ("drop", column),
        ColumnChange::Rename { from, .. } => ("rename", &**from),
        ColumnChange::SetType { to, .. } => ("retype", &**to),
        ColumnChange::SetNotNull(column) => ("require", column),
        ColumnChange::DropNotNull(column) => ("relax", column),
        ColumnChange::SetDefault { column, .. } => ("default", column),
        ColumnChange::DropDefault(column) => ("drop_default", column),
        ColumnChange::SetComment(column) => ("comment", column),
        ColumnChange::SetSettings { column, .. } => ("keep", column),
        ColumnChange::SetNumbering { to, .. } => ("number", &**to),
        ColumnChange::SetGenerated { to, .. } => ("compute", &**to),
    };
    format!("{word}_{table}_{}", column.name.as_str())
}

fn constraint_slug(table: &str, change: &ConstraintChange) -> String {
    let (word, constraint) = match change {
        ConstraintChange::Rename { kind, .. } => return format!("rename_{table}_{}", kind.replace(' ', "_")),
        ConstraintChange::Add(constraint) => ("add", constraint),
        ConstraintChange::Drop(constraint) => ("drop", constraint),
        ConstraintChange::Validate(constraint) => ("validate", constraint),
    };
    let kind = match constraint {
        TableConstraint::Unique(_) => "unique",
        TableConstraint::Check(_) => "check",
        TableConstraint::ForeignKey(_) => "foreign_key",
        TableConstraint::Index(_) => "index",
    };
    format!("{word}_{table}_{kind}")
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AddNamespace(name) => write!(f, "add namespace {name}"),
            Self::AddEnum(enum_type) => write!(f, "add enum type {}", enum_type.name),
            Self::DropEnum(enum_type) => write!(f, "drop enum type {}", enum_type.name),
            Self::AddEnumValue { name, value, .. } => write!(f, "add value '{value}' to enum type {name}"),
            Self::SetEnumValues { to, .. } => write!(f, "change the values of enum type {}", to.name),
            Self::SetEnumComment { name, .. } => write!(f, "comment on enum type {name}"),
            Self::AddTable(table) => write!(f, "add table {}", table.name),
            Self::DropTable(table) => write!(f, "drop table {}", table.name),
            Self::SetTableComment { table, .. } => write!(f, "comment on table {table}"),
            Self::RenameTable { from, to } => write!(f, "rename table {from} to {to}"),
            Self::SetPrimaryKey { table, from: None, .. } => write!(f, "add a primary key to {table}"),
            Self::SetPrimaryKey { table, to: None, .. } => write!(f, "drop the primary key of {table}"),
            Self::SetPrimaryKey { table, .. } => write!(f, "change the primary key of {table}"),
            Self::SetStorageParameters { table, .. } => write!(f, "set storage parameters of {table}"),
            Self::SetLogged { table, logged: true } => write!(f, "write changes of {table} to the log"),
            Self::SetLogged { table, logged: false } => write!(f, "keep changes of {table} out of the log"),
            Self::AddPartition { table, partition } => write!(f, "add partition {} to {table}", partition.name),
            Self::DetachPartition { table, partition } => {
                write!(f, "detach partition {} from {table}", partition.name)
            }
            Self::AddObject(object) => write!(f, "add {} {}", object.kind, object.name),
            Self::DropObject(object) => write!(f, "drop {} {}", object.kind, object.name),
            Self::ReplaceObject { to, .. } => match to.version() {
                Some(version) => write!(f, "update {} {} to version {version}", to.kind, to.name),
                None => write!(f, "replace {} {}", to.kind, to.name),
            },
            Self::Column { table, change } => write_column(f, table, change),
            Self::Constraint { table, change } => write_constraint(f, table, change),
        }
    }
}

fn write_column(f: &mut fmt::Formatter<'_>, table: &QualifiedName, change: &ColumnChange) -> fmt::Result {
    match change {
        ColumnChange::Add(column) => write!(f, "add column {table}.{}", column.name),
        ColumnChange::Drop(column) => write!(f, "drop column {table}.{}", column.name),
        ColumnChange::Rename { from, to } if from.sql_type == to.sql_type => {
            write!(f, "rename column {table}.{} to {}", from.name, to.name)
        }
        ColumnChange::Rename { from, to } => {
            write!(f, "change column {table}.{} ({}) to {} ({})", from.name, from.sql_type, to.name, to.sql_type)
        }
        ColumnChange::SetType { from, to } => {
            write!(f, "change type of {table}.{} from {} to {}", to.name, from.sql_type, to.sql_type)
        }
        ColumnChange::SetNotNull(column) => write!(f, "set NOT NULL on {table}.{}", column.name),
        ColumnChange::DropNotNull(column) => write!(f, "drop NOT NULL of {table}.{}", column.name),
        ColumnChange::SetDefault { column, default } => {
            write!(f, "set default of {table}.{} to {default}", column.name)
        }
        ColumnChange::DropDefault(column) => write!(f, "drop default of {table}.{}", column.name),
        ColumnChange::SetComment(column) => write!(f, "comment on column {table}.{}", column.name),
        ColumnChange::SetNumbering { to, .. } => write!(f, "change how {table}.{} is numbered", to.name),
        ColumnChange::SetGenerated { to, .. } => write!(f, "change how {table}.{} is computed", to.name),
        ColumnChange::SetSettings { column, .. } => write!(f, "change how {table}.{} is kept", column.name),
    }
}

fn write_constraint(f: &mut fmt::Formatter<'_>, table: &QualifiedName, change: &ConstraintChange) -> fmt::Result {
    let (word, constraint, preposition) = match change {
        ConstraintChange::Rename { kind, from, to } => return write!(f, "rename {kind} {from} of {table} to {to}"),
        ConstraintChange::Add(constraint) => ("add", constraint, "on"),
        ConstraintChange::Drop(constraint) => ("drop", constraint, "of"),
        ConstraintChange::Validate(constraint) => ("validate", constraint, "of"),
    };
    write!(f, "{word} {}", constraint.kind())?;
    if let Some(name) = constraint.name() {
        write!(f, " {name}")?;
    }
    write!(f, " {preposition} {table}")
}
