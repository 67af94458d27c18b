//! What a step does, in no dialect's words.

use schema_model::{
    Catalog, EnumType, ForeignKey, Identifier, Index, Partition, PrimaryKey, QualifiedName, SqlObject, SqlType, Table,
    Unique,
};

use super::ColumnDeed;
use crate::change::TableConstraint;
use crate::plan::sync::Sync;
use crate::statement::TriggerMode;

/// One deed of a step.
#[derive(Clone, Debug)]
pub enum Deed {
    /// Makes a namespace.
    CreateNamespace(Identifier),
    /// Makes an enum type with its comment.
    CreateEnum(EnumType),
    /// Makes an enum type under a name aside.
    CreateEnumBeside(EnumType),
    /// Drops an enum type.
    DropEnum(QualifiedName),
    /// Gives an enum type a name that has become free.
    RenameEnum {
        /// The name now.
        from: QualifiedName,
        /// The name then.
        to: QualifiedName,
    },
    /// Adds a label.
    AddEnumValue {
        /// The type.
        name: QualifiedName,
        /// The label.
        value: String,
        /// The label it stands before.
        before: Option<String>,
    },
    /// Comments an enum type.
    CommentOnEnum(QualifiedName, Option<String>),
    /// Makes a table with everything on it but the foreign keys and indexes that are made apart.
    CreateTable(Table),
    /// Puts a view over a table, which offers names that are to come.
    CreateView(Box<ViewOver>),
    /// Drops that view.
    DropView {
        /// The view.
        view: QualifiedName,
        /// The table.
        table: QualifiedName,
    },
    /// Gives a table another name, and another namespace where that differs.
    RenameTable {
        /// The name now.
        from: QualifiedName,
        /// The name then.
        to: QualifiedName,
    },
    /// Drops a table.
    DropTable {
        /// The table.
        table: QualifiedName,
        /// The tables that its foreign keys reference.
        references: Vec<QualifiedName>,
    },
    /// Comments a table.
    CommentOnTable(QualifiedName, Option<String>),
    /// Sets and resets storage parameters of a table.
    SetStorageParameters {
        /// The table.
        table: QualifiedName,
        /// `name=value`.
        set: Vec<String>,
        /// Names that get the server's default again.
        reset: Vec<String>,
    },
    /// Has changes of a table written to the log, or not.
    SetLogged {
        /// The table.
        table: QualifiedName,
        /// Whether they are.
        logged: bool,
    },
    /// Makes an object that no struct describes.
    CreateObject(Box<SqlObject>),
    /// Drops one.
    DropObject(Box<SqlObject>),
    /// Builds a materialised view under a name aside.
    CreateBeside {
        /// The view as it is to be.
        object: Box<SqlObject>,
        /// Its name until then.
        beside: QualifiedName,
    },
    /// Drops what was built aside.
    DropBeside(QualifiedName),
    /// Gives what was built aside its name, once the old form is gone.
    TakePlace {
        /// The view as it is to be.
        object: Box<SqlObject>,
        /// Its name until then.
        beside: QualifiedName,
        /// The old form.
        instead_of: Box<SqlObject>,
    },
    /// Makes one anew in its place.
    ReplaceObject {
        /// The old form.
        from: Box<SqlObject>,
        /// The new form.
        to: Box<SqlObject>,
    },
    /// Has every session compile a function anew: it is changed to what it is.
    CompileAnew(Box<SqlObject>),
    /// Changes a domain that columns have.
    AlterDomain {
        /// The domain in its old form.
        domain: Box<SqlObject>,
        /// The tables that have it.
        tables: Vec<QualifiedName>,
        /// What is done.
        deed: DomainDeed,
    },
    /// Something about a column.
    Column {
        /// The table.
        table: QualifiedName,
        /// The column.
        column: Identifier,
        /// What is done.
        deed: ColumnDeed,
    },
    /// Makes the triggers that keep two forms in step.
    CreateSync(Box<Sync>),
    /// Removes them, and the counter with them.
    DropSync(Box<Sync>),
    /// Makes an index, concurrently unless the table is new.
    CreateIndex {
        /// The table.
        table: QualifiedName,
        /// The index with its name.
        index: Index,
        /// Without blocking writers.
        concurrently: bool,
    },
    /// Makes the index of a partitioned table from those of its partitions.
    CreatePartitionedIndex {
        /// The table.
        table: QualifiedName,
        /// The index with its name.
        index: Index,
        /// Those of the partitions, parents first.
        parts: Vec<IndexPart>,
    },
    /// Makes the unique constraint of a partitioned table from the unique indexes of its partitions.
    CreatePartitionedUnique {
        /// The table.
        table: QualifiedName,
        /// The constraint with its name.
        unique: Unique,
        /// The indexes of the partitions, parents first.
        parts: Vec<IndexPart>,
    },
    /// Makes the foreign key of a partitioned table from the valid ones of its partitions.
    CreatePartitionedForeignKey {
        /// The table.
        table: QualifiedName,
        /// The key with its name.
        key: ForeignKey,
    },
    /// Drops the index of a partitioned table with those of its partitions.
    DropPartitionedIndex {
        /// The table.
        table: QualifiedName,
        /// The index.
        index: Identifier,
        /// Its partitions.
        partitions: Vec<QualifiedName>,
    },
    /// Gives partitions that are made along with their table what they have beside it.
    FurnishPartitions(Box<Furnishing>),
    /// Makes a table like another one, with what it has beside that, and makes it its partition.
    CreatePartition {
        /// The table.
        table: QualifiedName,
        /// The partition.
        partition: Partition,
        /// What it has.
        own: Box<Furnishing>,
        /// The default partition beside it, which a check keeps free of its rows: everybody is kept out of that in any case.
        default: Option<QualifiedName>,
        /// The tables that foreign keys of the table reference.
        references: Vec<QualifiedName>,
        /// The tables whose foreign keys reference the table, where the server locks these as well (15).
        referencing: Vec<QualifiedName>,
    },
    /// Makes a partition of a table of its own, which is like the table already.
    AttachPartition {
        /// The table.
        table: QualifiedName,
        /// The partition.
        partition: Partition,
        /// The default partition beside it, which a check keeps free of its rows: everybody is kept out of that in any case.
        default: Option<QualifiedName>,
        /// The tables that foreign keys of the table reference.
        references: Vec<QualifiedName>,
        /// The tables whose foreign keys reference the table, where the server locks these as well (15).
        referencing: Vec<QualifiedName>,
    },
    /// Makes a table of its own of a partition.
    DetachPartition {
        /// The table.
        table: QualifiedName,
        /// The partition.
        partition: QualifiedName,
        /// Whether everybody is kept out of the partition too (14).
        excludes: bool,
        /// The default partition beside it: the server keeps everybody out of that, since it may hold more from then on.
        default: Option<QualifiedName>,
        /// The tables that foreign keys of the table reference.
        references: Vec<QualifiedName>,
    },
    /// Drops an index without blocking anybody.
    DropIndex {
        /// The table.
        table: QualifiedName,
        /// The index.
        index: Identifier,
    },
    /// Gives an index another name.
    RenameIndex {
        /// The table.
        table: QualifiedName,
        /// The name now.
        from: Identifier,
        /// The name then.
        to: Identifier,
    },
    /// Adds a constraint.
    AddConstraint {
        /// The table.
        table: QualifiedName,
        /// The constraint with its name.
        constraint: TableConstraint,
        /// Leaves the existing rows unchecked for now.
        not_valid: bool,
    },
    /// Makes a unique constraint of a unique index.
    UniqueUsingIndex {
        /// The table.
        table: QualifiedName,
        /// The constraint.
        unique: Unique,
        /// The index, which takes the constraint's name.
        index: Identifier,
    },
    /// Makes a primary key of a unique index over columns that refuse NULL.
    PrimaryKeyUsingIndex {
        /// The table.
        table: QualifiedName,
        /// The key with its name.
        key: PrimaryKey,
        /// The index, which takes the key's name.
        index: Identifier,
    },
    /// Checks the existing rows.
    ValidateConstraint {
        /// The table.
        table: QualifiedName,
        /// The constraint.
        name: Identifier,
        /// The table that a foreign key references.
        references: Option<QualifiedName>,
    },
    /// Drops a constraint.
    DropConstraint {
        /// The table.
        table: QualifiedName,
        /// The constraint.
        name: Identifier,
        /// The table that a foreign key references.
        references: Option<QualifiedName>,
    },
    /// Gives a constraint another name.
    RenameConstraint {
        /// The table.
        table: QualifiedName,
        /// The name now.
        from: Identifier,
        /// The name then.
        to: Identifier,
    },
    /// Fills columns of existing rows in batches.
    Fill(Fill),
    /// Counts rows in which two forms disagree, which must be 0 before the contract.
    GateEqual {
        /// What keeps them in step.
        sync: Box<Sync>,
        /// The table's primary key, by which rows are named.
        key: Vec<Identifier>,
        /// Whether its rows are in partitions.
        partitioned: bool,
    },
    /// Counts rows that violate a constraint that the contract adds.
    GateValid {
        /// The table.
        table: QualifiedName,
        /// The constraint.
        constraint: TableConstraint,
    },
    /// Counts rows in which a new column holds what only the new release can have written: the way back would lose it.
    ConsentToDrop {
        /// The table.
        table: QualifiedName,
        /// The column.
        column: Identifier,
        /// Its type.
        sql_type: SqlType,
        /// Every column of the table, so that the expression can be qualified.
        columns: Vec<Identifier>,
        /// What our trigger and the backfill write into it; NULL where they don't.
        value: Option<String>,
    },
    /// Gathers statistics of new columns.
    Analyze(QualifiedName, Vec<Identifier>),
}

/// New partitions with what they have.
#[derive(Clone, Debug)]
pub struct Furnishing {
    /// The table right above them, as far as they come with what it has.
    pub above: Table,
    /// The partitions, with theirs.
    pub partitions: Vec<Partition>,
    /// What each is to be, as far as it is known.
    pub tables: Catalog,
}

/// The part of an index on one partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexPart {
    /// The partition.
    pub partition: QualifiedName,
    /// Its index.
    pub index: Identifier,
    /// The index whose part it is.
    pub of: QualifiedName,
    /// Whether it consists of parts itself.
    pub is_partitioned: bool,
}

/// What is done to a domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DomainDeed {
    /// Sets its default.
    SetDefault(String),
    /// Drops its default.
    DropDefault,
    /// Refuses NULL, once every row is looked at.
    SetNotNull,
    /// Allows NULL.
    DropNotNull,
    /// Adds a check.
    AddCheck {
        /// Its name.
        name: Identifier,
        /// As the server writes it.
        definition: String,
        /// Leaves the values that are there unchecked for now.
        not_valid: bool,
    },
    /// Checks the values that are there.
    ValidateCheck(Identifier),
    /// Drops a check.
    DropCheck(Identifier),
}

/// A view that stands for a table while names of it change.
#[derive(Clone, Debug)]
pub struct ViewOver {
    /// The view.
    pub view: QualifiedName,
    /// The table under the name that it has by then.
    pub table: QualifiedName,
    /// The name that the table has outside of the migration.
    pub known_as: QualifiedName,
    /// The table's columns, each with its name in the view.
    pub columns: Vec<(Identifier, Identifier)>,
    /// Whether whoever uses the view must have the right to the rows himself.
    pub as_caller: bool,
}

/// A column that is filled.
#[derive(Clone, Debug)]
pub struct Assignment {
    /// The column.
    pub column: Identifier,
    /// Its value, as an expression over the row.
    pub value: String,
    /// Whether the fill isn't complete while a row has none: the column takes no NULL afterwards, and the value may be.
    pub required: bool,
}

/// A backfill of one table.
#[derive(Clone, Debug)]
pub struct Fill {
    /// The table.
    pub table: QualifiedName,
    /// Every column of the table, so that expressions can be qualified.
    pub columns: Vec<Identifier>,
    /// The columns of the primary key with their types; none where it goes block by block.
    pub key: Vec<(Identifier, SqlType)>,
    /// Whether the server can read a range of blocks by itself (14).
    pub range_scan: bool,
    /// What is filled.
    pub assignments: Vec<Assignment>,
    /// Whether the application's triggers fire.
    pub triggers: TriggerMode,
    /// Whether a locked row is found again by its key: a place is one of each partition.
    pub by_key: bool,
}
