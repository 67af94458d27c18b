//! Steps: dialect-neutral deeds in a phase, each the unit of commit and of the history.

mod column_deed;
mod deed;

pub use column_deed::{ColumnDeed, Renumbering, Resetting};
pub use deed::{Assignment, Deed, DomainDeed, Fill, Furnishing, IndexPart, ViewOver};

use schema_model::QualifiedName;

use super::hazard::Hazard;
use crate::phase::{Part, Phase};
use crate::postcondition::Postcondition;

/// A step of a plan.
#[derive(Clone, Debug)]
pub struct Step {
    /// The phase.
    pub phase: Phase,
    /// The part, in the contract phase.
    pub part: Option<Part>,
    /// What it does, in a few words.
    pub title: String,
    /// What is done, in order.
    pub deeds: Vec<Deed>,
    /// Whether it runs in one transaction together with its record.
    pub transaction: bool,
    /// How the catalog tells that it is done.
    pub done_when: Postcondition,
    /// What may hurt.
    pub hazards: Vec<Hazard>,
    /// Where among the steps of its phase it stands.
    pub order: Order,
    /// Partitioned tables with their partitions, on each of which the server takes the table's lock.
    pub partitions: Vec<(QualifiedName, QualifiedName)>,
}

impl Step {
    /// A step in one transaction, done when its record says so.
    pub fn new(phase: Phase, order: Order, title: impl Into<String>, deeds: Vec<Deed>) -> Self {
        Self {
            phase,
            part: None,
            title: title.into(),
            deeds,
            transaction: true,
            done_when: Postcondition::Recorded,
            hazards: Vec::new(),
            order,
            partitions: Vec::new(),
        }
    }

    /// Has it wait for the switch.
    pub(super) fn put_into_the_switch(&mut self) {
        (self.phase, self.part) = (Phase::Contract, Some(Part::Switch));
    }

    /// A step of the contract phase.
    pub fn contract(part: Part, order: Order, title: impl Into<String>, deeds: Vec<Deed>) -> Self {
        Self { part: Some(part), ..Self::new(Phase::Contract, order, title, deeds) }
    }

    /// A step of exactly one statement outside any transaction.
    #[must_use]
    pub fn outside_transaction(mut self) -> Self {
        self.transaction = false;
        self
    }

    /// Says how the catalog tells that it is done.
    #[must_use]
    pub fn done_when(mut self, postcondition: Postcondition) -> Self {
        self.done_when = postcondition;
        self
    }

    /// Adds what may hurt.
    #[must_use]
    pub fn with_hazards(mut self, hazards: impl IntoIterator<Item = Hazard>) -> Self {
        self.hazards.extend(hazards);
        self
    }
}

/// Where a step stands among those of its phase and part: what must be there first has the smaller value. Steps of
/// one rank are independent of each other, but for tables, whose references order them; ties break by title.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Order {
    /// What the contract asks for before it begins.
    Gate,
    /// Namespaces.
    Namespace,
    /// Enum types.
    Type,
    /// Their further labels, by the place of each: two that stand before the same label come one after the other.
    Label(usize),
    /// Objects that tables may need, by their place among them.
    Early(usize),
    /// Dropped constraints, which loosen.
    Loosen,
    /// New tables, by the position among them.
    Table(usize),
    /// Foreign keys that close a circle among new tables.
    Circle,
    /// New columns with what keeps them in step.
    Column,
    /// Filling rows.
    Fill,
    /// Indexes.
    Index,
    /// Unique constraints made from an index; foreign keys may reference them.
    Unique,
    /// Checks and foreign keys, not valid yet.
    Constraint,
    /// Their validation.
    Validate,
    /// NOT NULL, once a valid check proves it.
    NotNull,
    /// Defaults and comments.
    Attribute,
    /// New partitions of tables that were there, the default one last: while others come, nobody is to be in it.
    Partition(bool),
    /// Statistics.
    Analyze,
    /// New names of tables that change otherwise too.
    NewName,
    /// Objects that lean on these, by their place among them: their old forms may hold what goes.
    Leaning(usize),
    /// Objects that go before what they lean on, those first that lean on others.
    DropObject(std::cmp::Reverse<usize>),
    /// What goes.
    Drop,
    /// Objects that tables may have needed, those first that lean on others.
    DropEarly(std::cmp::Reverse<usize>),
    /// Enum types, which lean on nothing but their namespace.
    DropType,
    /// Namespaces.
    DropNamespace,
    /// Tables and types whose names have become free, tables with their columns.
    RenameTable,
    /// Names that have become free; in expand the view that offers a new one.
    Rename,
    /// Partitions, which are like their table by then.
    Attach,
    /// Objects that lean on tables, by their place among them.
    Late(usize),
}
