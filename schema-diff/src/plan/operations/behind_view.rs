//! Names that change in place: until the contract a view offers the new ones, and in the switch it goes and the table and its
//! columns take them. No row is copied, and what hangs on the table follows, since the server knows it by number.

use std::collections::BTreeSet;

use schema_model::{Column, Identifier, ObjectKind, QualifiedName, SqlObject, Table};

use super::aside;
use crate::change::{Change, ColumnChange};
use crate::phase::{Part, Phase};
use crate::plan::Context;
use crate::plan::answer::{Obstacle, short_name};
use crate::plan::hazard::{Hazard, HazardKind};
use crate::plan::operation::{Operation, Steps};
use crate::plan::step::{ColumnDeed, Deed, Order, Step, ViewOver};

/// The strategy's name.
pub(super) const VIEW: &str = "view";

/// A table of which some names are offered by a view.
pub(crate) struct BehindView<'a> {
    /// The table's name now.
    from: &'a QualifiedName,
    /// The name that it is to have.
    to: &'a QualifiedName,
    /// The name that it has while the view is there.
    meanwhile: QualifiedName,
    /// The columns that get another name.
    columns: Vec<(&'a Column, &'a Column)>,
    /// What the table is to be where it changes otherwise too, under the name that it has: the view shows that.
    late: Option<&'a Table>,
}

impl<'a> BehindView<'a> {
    /// A table that gets another name, and columns of it that do.
    pub(super) fn of_table(context: &Context<'a>, from: &'a QualifiedName, to: &'a QualifiedName) -> Self {
        let late = context.late_name(from).and_then(|_| context.new_table(from));
        Self { from, to, meanwhile: from.clone(), columns: context.renames(to).collect(), late }
    }

    /// A table whose name stays while columns get others, where that was asked for.
    pub(super) fn of_columns(context: &Context<'a>, table: &'a QualifiedName) -> Option<Self> {
        let by_view = |(from, to): &(&Column, &Column)| {
            let names = [&from.name, &to.name].map(|name| short_name(table, Some(name)));
            names.iter().any(|name| context.answers.strategy(name) == Some(VIEW))
        };
        let columns: Vec<_> = context.renames(table).filter(by_view).collect();
        if columns.is_empty() {
            return None;
        }
        Some(Self { from: table, to: table, meanwhile: aside::table(context, table), columns, late: None })
    }

    /// Whether a column could be renamed in this way.
    pub(super) fn is_possible(context: &Context<'a>, table: &'a QualifiedName, way: (&'a Column, &'a Column)) -> bool {
        let view = Self { from: table, to: table, meanwhile: table.clone(), columns: vec![way], late: None };
        view.refuse_row_security(context).is_ok()
            && view.refuse_replication(context).is_ok()
            && view.refuse_what_breaks_on_a_view(context).is_ok()
            && view.refuse_other_differences().is_ok()
    }

    /// Whether the column is one of those.
    pub(super) fn has(&self, column: &Identifier) -> bool {
        self.columns.iter().any(|(from, to)| [&from.name, &to.name].contains(&column))
    }

    /// Whether the column is the first of those.
    pub(super) fn begins_with(&self, column: &Identifier) -> bool {
        self.columns.first().is_some_and(|(from, _)| from.name == *column)
    }

    /// Whether a change comes with the names: what was compared under the new names already, and a comment.
    pub(crate) fn brings(&self, change: &Change) -> bool {
        matches!(
            change,
            Change::Column { table, change: ColumnChange::SetComment(column) } if table == self.to && self.has(&column.name)
        )
    }

    /// The table can be nothing else than renamed while a view stands before it.
    pub(crate) fn refuse(&self, change: &Change) -> Option<Obstacle> {
        let is_a_name = match change {
            Change::RenameTable { .. } | Change::ReplaceObject { .. } => true,
            Change::Column { change: ColumnChange::Rename { from, .. }, .. } => self.has(&from.name),
            Change::Constraint { change, .. } => matches!(change, crate::change::ConstraintChange::Rename { .. }),
            _ => false,
        };
        let leans = matches!(change, Change::AddObject(object) if !self.can_be_added(object));
        let concerns = leans || change.table() == Some(self.to) || change.references().any(|table| table == self.to);
        if is_a_name || !concerns || self.brings(change) {
            return None;
        }
        Some(self.in_the_way(change))
    }

    /// What hangs on the table itself, and what can wait for its name.
    fn can_be_added(&self, object: &SqlObject) -> bool {
        object.table.as_ref() == Some(self.from) || object.table.is_none() || !self.carries(object)
    }

    fn in_the_way(&self, change: &Change) -> Obstacle {
        Obstacle::Unhandled {
            object: change.to_string(),
            what: format!(
                "until the contract {} is a view over {}, which can't be changed meanwhile: make this change in a migration before or after",
                self.to, self.meanwhile
            ),
        }
    }

    /// What the server refuses while the view shows the column.
    pub(crate) fn refuse_steps(&self, change: &Change, steps: &[Step]) -> Option<Obstacle> {
        let shown = self.late.filter(|_| change.table() == Some(self.from))?;
        let is_refused = |deed: &Deed| match deed {
            Deed::Column { table, column, deed: ColumnDeed::SetType { .. } | ColumnDeed::RenameTo(_) } => {
                table == self.from && shown.column(column).is_some()
            }
            _ => false,
        };
        let mut behind_it = steps.iter().filter(|step| step.phase != Phase::Expand).flat_map(|step| &step.deeds);
        behind_it.any(is_refused).then(|| self.shows_it(change))
    }

    fn shows_it(&self, change: &Change) -> Obstacle {
        Obstacle::Unhandled {
            object: change.to_string(),
            what: format!(
                "{} is to be called {}, and the view that has this name until the contract shows the column: make this change in a migration before or after",
                self.from, self.to
            ),
        }
    }

    /// Whether an object leans on the table.
    fn carries(&self, object: &SqlObject) -> bool {
        let leans = |table: &QualifiedName| {
            let (whole, column) = (format!("table {table}"), format!("column {table}."));
            object.table.as_ref() == Some(table)
                || object.needs.iter().any(|need| *need == whole || need.starts_with(&column))
        };
        leans(self.from) || leans(self.to)
    }

    /// What a new release reads and writes meanwhile, and for which releases.
    fn view(&self, context: &Context<'_>) -> ViewOver {
        let table = self.late.or_else(|| context.old_table(self.from));
        let own = table.into_iter().flat_map(|table| &table.columns);
        let new_name =
            |name: &Identifier| self.columns.iter().find(|(from, _)| from.name == *name).map(|(_, to)| &to.name);
        let mut columns: Vec<(Identifier, Identifier)> = Vec::new();
        for name in own.map(|column| &column.name) {
            let name_for_all = if self.from == self.to { name } else { new_name(name).unwrap_or(name) };
            columns.push((name.clone(), name_for_all.clone()));
        }
        if self.from == self.to {
            columns.extend(self.columns.iter().map(|(from, to)| (from.name.clone(), to.name.clone())));
        }
        ViewOver {
            view: self.to.clone(),
            table: self.meanwhile.clone(),
            known_as: self.from.clone(),
            columns,
            as_caller: self.is_secured(context),
        }
    }

    fn is_secured(&self, context: &Context<'_>) -> bool {
        let objects = context.facts.catalog.objects.values().chain(context.to.objects.values());
        let mut secured = objects.filter(|object| matches!(object.kind, ObjectKind::RowSecurity | ObjectKind::Policy));
        secured.any(|object| object.table.as_ref().is_some_and(|table| [self.from, self.to].contains(&table)))
    }

    /// A view runs as its owner, whom row-level security doesn't bind; as its caller only from 15 on.
    fn refuse_row_security(&self, context: &Context<'_>) -> Result<(), Vec<Obstacle>> {
        if context.facts.major >= 15 || !self.is_secured(context) {
            return Ok(());
        }
        let what = self.other_way();
        Err(vec![Obstacle::Unhandled {
            object: self.from.to_string(),
            what: format!(
                "it has row-level security, which a view would pass by before PostgreSQL 15 (there it has security_invoker): {what}"
            ),
        }])
    }

    /// A publication goes on with the table under the name that it has meanwhile, which no subscriber knows.
    fn refuse_replication(&self, context: &Context<'_>) -> Result<(), Vec<Obstacle>> {
        if !context.facts.facts_of(self.from).is_some_and(|facts| facts.replicated) {
            return Ok(());
        }
        let what = "a publication or a subscription carries it, which a view in its place would break";
        Err(vec![Obstacle::Unhandled { object: self.from.to_string(), what: format!("{what}: {}", self.other_way()) }])
    }

    /// Statements of the live release that fail on a view.
    fn refuse_what_breaks_on_a_view(&self, context: &Context<'_>) -> Result<(), Vec<Obstacle>> {
        let places: Vec<String> =
            context.source.breaking_on_a_view(self.from).into_iter().map(ToString::to_string).collect();
        if self.from != self.to || places.is_empty() {
            return Ok(());
        }
        let what = format!(
            "COPY, TRUNCATE, MERGE, ON CONFLICT ON CONSTRAINT, TABLESAMPLE, ctid and pg_get_serial_sequence fail on a view, and stand in {}",
            places.join(", ")
        );
        Err(vec![Obstacle::Unhandled { object: self.from.to_string(), what: format!("{what}: {}", self.other_way()) }])
    }

    fn other_way(&self) -> &'static str {
        if self.from == self.to {
            "rename the columns by copy"
        } else {
            "write the renaming by hand (cargo schema new)"
        }
    }

    /// Nothing but the name of a column may differ.
    fn refuse_other_differences(&self) -> Result<(), Vec<Obstacle>> {
        let differing = self.columns.iter().find(|(from, to)| {
            let sequence = |column: &Column| column.identity.as_ref()?.sequence.clone();
            to.hints.using.is_some()
                || to.hints.back.is_some()
                || sequence(to).is_some_and(|name| sequence(from).as_ref() != Some(&name))
        });
        let Some((from, to)) = differing else { return Ok(()) };
        Err(vec![Obstacle::Unhandled {
            object: format!("{}.{}", self.to, from.name),
            what: format!(
                "behind a view it can get another name and nothing else: `using`, `back` and another name of its sequence are for a second column (leave out --strategy {}={VIEW})",
                short_name(self.to, Some(&to.name))
            ),
        }])
    }

    fn new_names(&self) -> Vec<Deed> {
        let column = |column: &Identifier, deed| Deed::Column { table: self.to.clone(), column: column.clone(), deed };
        let mut deeds = Vec::new();
        for (from, to) in &self.columns {
            deeds.push(column(&from.name, ColumnDeed::RenameTo(to.name.clone())));
            if from.comment != to.comment {
                deeds.push(column(&to.name, ColumnDeed::Comment(to.comment.clone())));
            }
        }
        deeds
    }

    fn names_in_words(&self) -> String {
        let names = self.columns.iter().map(|(from, to)| format!("{} as {}", from.name, to.name));
        names.collect::<Vec<_>>().join(", ")
    }
}

impl Operation for BehindView<'_> {
    fn steps(&self, context: &Context<'_>) -> Steps {
        self.refuse_row_security(context)?;
        self.refuse_replication(context)?;
        self.refuse_what_breaks_on_a_view(context)?;
        self.refuse_other_differences()?;
        let (from, to, meanwhile) = (self.from, self.to, &self.meanwhile);
        let mut deeds = Vec::new();
        if from == to {
            deeds.push(Deed::RenameTable { from: from.clone(), to: meanwhile.clone() });
        }
        deeds.push(Deed::CreateView(Box::new(self.view(context))));
        let title = match self.columns.as_slice() {
            [] => format!("put a view {to} over {meanwhile}"),
            _ => format!("put a view {to} over {meanwhile} that has {}", self.names_in_words()),
        };
        let text = format!(
            "until the contract {to} is a view: COPY, TRUNCATE, MERGE, ON CONFLICT ON CONSTRAINT, TABLESAMPLE, ctid, pg_get_serial_sequence and GROUP BY the primary key alone fail on it, triggers find {} in TG_TABLE_NAME, and sqlx's macros read its columns as nullable",
            meanwhile.name
        );
        let changed = (from == to).then(|| context.cached_plan_hazard(to)).flatten();
        // It shows columns that the other steps add.
        let order = if self.late.is_some() { Order::Rename } else { Order::Column };
        let expand = Step::new(Phase::Expand, order, title, deeds)
            .with_hazards([Hazard::new(HazardKind::Renamed, text)])
            .with_hazards(changed);
        let mut deeds = vec![
            Deed::DropView { view: to.clone(), table: meanwhile.clone() },
            Deed::RenameTable { from: meanwhile.clone(), to: to.clone() },
        ];
        deeds.extend(self.new_names());
        let (title, gone) = if from == to {
            let names: Vec<String> = self.columns.iter().map(|(old, _)| old.name.to_string()).collect();
            (format!("give the columns of {to} their new names"), format!("{} of {to}", names.join(", ")))
        } else {
            (format!("rename {from} to {to}"), from.to_string())
        };
        let text = format!("from here on there is no {gone} any more: the old release fails");
        let order = if self.late.is_some() { Order::NewName } else { Order::RenameTable };
        let mut switch =
            Step::contract(Part::Switch, order, title, deeds).with_hazards([Hazard::new(HazardKind::Renamed, text)]);
        for (old, _) in &self.columns {
            switch = switch.with_hazards(context.naming_triggers_hazard(from, &old.name));
        }
        Ok(vec![expand, switch])
    }
}

/// Every table of which some names are offered by a view.
pub(crate) fn all<'a>(context: &Context<'a>) -> Vec<BehindView<'a>> {
    let tables = context.changes.iter().filter_map(|change| match change {
        Change::RenameTable { from, to } => Some(BehindView::of_table(context, from, to)),
        _ => None,
    });
    // A table without a rename has none.
    let renamed = context.changes.iter().filter_map(|change| match change {
        Change::Column { table, change: ColumnChange::Rename { .. } } => Some(table),
        _ => None,
    });
    let renamed: BTreeSet<&QualifiedName> = renamed.collect();
    tables.chain(renamed.into_iter().filter_map(|table| BehindView::of_columns(context, table))).collect()
}

/// Whether a form of an object leans on such a table: made anew before the switch it would lean on the view. Some where
/// one does, with whether such a table changes otherwise too.
pub(super) fn stands_before(context: &Context<'_>, forms: [&SqlObject; 2]) -> Option<bool> {
    let carrying = all(context).into_iter().filter(|view| forms.into_iter().any(|object| view.carries(object)));
    carrying.map(|view| view.late.is_some()).reduce(|one, other| one || other)
}
