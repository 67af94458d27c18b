//! What keeps an old and a new form in step between expand and contract.

use schema_model::{Column, Identifier, QualifiedName, SqlType};

/// The triggers of one column, their function and the counter of legacy writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sync {
    /// The table.
    pub table: QualifiedName,
    /// Every column of the table in this phase, so that expressions can be qualified.
    pub columns: Vec<Identifier>,
    /// What is kept in step.
    pub kind: SyncKind,
    /// The trigger function.
    pub function: QualifiedName,
    /// The name of the trigger on INSERT; it sorts after every other BEFORE ROW trigger of the table.
    pub insert_trigger: Identifier,
    /// The name of the trigger on UPDATE.
    pub update_trigger: Identifier,
    /// Counts writes of the old release by `nextval`, which blocks nobody.
    pub legacy_counter: QualifiedName,
}

/// The kinds of sync.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SyncKind {
    /// Columns, each side computed from the other.
    TwoWay(TwoWay),
    /// A column that the old release leaves out or writes as NULL gets a value.
    Fill {
        /// The column.
        column: Identifier,
        /// The value, as an expression over the row.
        value: String,
        /// Whether an UPDATE to NULL gets the value too.
        on_update: bool,
    },
    /// A column that the old release writes and the new one leaves to the server.
    Computed(Computed),
}

/// A column that is to be computed, and another one that is already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Computed {
    /// The column that is written until the contract.
    pub column: Identifier,
    /// What it holds when a writer leaves it out.
    pub default: Option<String>,
    /// What it is to be, as an expression over the row.
    pub value: String,
    /// The type of both.
    pub sql_type: SqlType,
    /// The column that the server computes.
    pub computed: Identifier,
    /// Whether `IS DISTINCT FROM` sees every difference of this type; else the row images are compared.
    pub plain: bool,
}

/// Columns kept in step both ways: one and one, or more on either side where one is split or several are merged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TwoWay {
    /// The old columns.
    pub old: Vec<Form>,
    /// The new columns.
    pub new: Vec<Form>,
    /// Whether `IS DISTINCT FROM` sees every difference of these types; else the row images are compared.
    pub plain: bool,
    /// Unique keys, as expressions over the row in its new form, on which concurrent upserts would collide with the
    /// same key in its old form.
    pub upsert_keys: Vec<Vec<KeyPart>>,
    /// Where the application has BEFORE triggers that may change the old column, a second pair of triggers closes
    /// the gap: ours come first, theirs next, these last.
    pub closing: Option<Closing>,
    /// The columns by which the table's rows are spread over its partitions; none where they aren't.
    pub partition_key: Vec<Identifier>,
}

/// A column of a side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// The column.
    pub column: Identifier,
    /// Its type.
    pub sql_type: SqlType,
    /// Its value as an expression over the row, in which the columns of the other side are.
    pub value: String,
    /// Of a new column the default during the overlap: what it holds when a writer leaves it out.
    pub default: Option<String>,
}

impl Form {
    /// A column with its value; what a writer leaves out is NULL.
    pub fn of(column: &Column, value: impl Into<String>) -> Self {
        Self { column: column.name.clone(), sql_type: column.sql_type.clone(), value: value.into(), default: None }
    }

    /// The columns of a side, in words.
    pub fn names(forms: &[Self]) -> String {
        forms.iter().map(|form| form.column.to_string()).collect::<Vec<_>>().join(", ")
    }
}

/// A part of a unique key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPart {
    /// A column or an expression over the row.
    pub expression: String,
    /// Whether equal values may be written differently, as 1.0 and 1.00: they are told by the hash of their type.
    pub by_hash: bool,
}

/// The closing pair of triggers and their function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closing {
    /// The trigger function.
    pub function: QualifiedName,
    /// The name of the trigger, which fires last.
    pub trigger: Identifier,
}
