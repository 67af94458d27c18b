//! Another type, or another way of computing it, under the same name, by `swap`: a second column kept in step, whose name
//! is exchanged for the old one's in the switch. Until then the new release must decode the old type, and from then on the old release fails.
//!
//! Everything up to the switch is what it would be if the new columns were declared under names of their own. So that is
//! what is planned, with all that hangs on them and references them; the exchange of the names comes behind it.

use schema_model::{Catalog, Column, Expression, Hints, Identifier, ObjectKind, QualifiedName, SqlObject};

use super::aside;
use super::compiled;
use super::conversion::conversion;
use super::object::{self, leaning_on};
use super::swap_computed;
use super::swap_enum::SwapEnum;
use super::written_anew;
use crate::change::{Change, ColumnChange};
use crate::diff::follow::{Names, rename_columns};
use crate::phase::Part;
use crate::plan::Context;
use crate::plan::answer::{Answers, Consent, Obstacle, short_name};
use crate::plan::hazard::{Hazard, HazardKind};
use crate::plan::operation::Steps;
use crate::plan::step::{ColumnDeed, Deed, Order, Step, ViewOver};
use crate::plan::sync::Sync;

/// The strategy's name.
pub(super) const SWAP: &str = "swap";

/// A column that is swapped.
pub(crate) struct SwapColumn<'a> {
    /// Its table.
    pub(crate) table: &'a QualifiedName,
    from: &'a Column,
    to: &'a Column,
    /// The name that the new form has until the switch.
    pub(crate) aside: Identifier,
    /// What was asked for.
    cause: &'a Change,
    /// The type that is exchanged with it.
    of_enum: Option<&'a SwapEnum<'a>>,
}

/// Every column that is swapped in this plan.
pub(crate) fn all<'a>(context: &Context<'a>, enums: &'a [SwapEnum<'a>]) -> Vec<SwapColumn<'a>> {
    let aside = |table: &QualifiedName, column: &Column| aside::column(context, table, &column.name, "new");
    let swapped = context.changes.iter().filter_map(|change| match change {
        Change::Column {
            table,
            change: ColumnChange::SetType { from, to } | ColumnChange::SetGenerated { from, to },
        } if from.generated.is_none() || to.generated.is_some() => {
            let asked = context.answers.strategy(&short_name(table, Some(&to.name))) == Some(SWAP);
            asked.then(|| SwapColumn { table, from, to, aside: aside(table, to), cause: change, of_enum: None })
        }
        _ => None,
    });
    let retyped = enums.iter().flat_map(|of_enum| {
        let columns = of_enum.columns(context).into_iter();
        columns.map(move |(table, from, to)| SwapColumn {
            table,
            from,
            to,
            aside: aside(table, to),
            cause: of_enum.cause,
            of_enum: Some(of_enum),
        })
    });
    swapped.chain(retyped).collect()
}

/// The side that is to be, as it is just before the names are exchanged. What leans on a swapped column is made in the same
/// moment: no change here is about it.
pub(crate) fn beside(to: &Catalog, swaps: &[SwapColumn<'_>], enums: &[SwapEnum<'_>]) -> Catalog {
    let mut catalog = to.clone();
    for swap in swaps {
        rename_columns(&mut catalog, swap.table, &Names::from([(swap.to.name.clone(), swap.aside.clone())]));
        let columns = catalog.table_mut(swap.table).into_iter().flat_map(|table| &mut table.columns);
        for column in columns.filter(|column| column.name == swap.aside) {
            *column = swap.second();
        }
        for object in catalog.objects.values_mut() {
            object.needs.remove(&swap.key());
        }
    }
    for of_enum in enums {
        of_enum.put_beside(&mut catalog);
    }
    catalog
}

impl SwapColumn<'_> {
    /// What stands in the way of this one.
    pub(crate) fn obstacles(&self, context: &Context<'_>) -> Vec<Obstacle> {
        let (table, name) = (self.table, &self.to.name);
        let flag = format!("swap:{}", short_name(table, Some(name)));
        // The consent to another enum type is given once, by its name.
        if self.of_enum.is_none() && !context.answers.allows(&flag) {
            let text = if self.becomes_computed() {
                format!(
                    "{table}.{name} is computed by the server from one moment of the contract on: until then what the old release writes stands, and rows in which that is something else than what will be computed keep the contract closed"
                )
            } else if self.is_computed() {
                format!("{table}.{name} is computed in another way from one moment of the contract on")
            } else {
                format!(
                    "{table}.{name} becomes {} in one moment of the contract: until then every release reads and writes {}, from then on only {} (release N fails where it decodes the old type)",
                    self.to.sql_type, self.from.sql_type, self.to.sql_type
                )
            };
            return vec![Obstacle::Consent(Consent { flag, text })];
        }
        let uses = self.unknown_uses(context);
        if !uses.is_empty() {
            let what = format!(
                "it is used by {}, which can't be taken along to a second column: drop or change them by a hand-written migration (cargo schema new), then run this again",
                uses.join(", ")
            );
            return vec![Obstacle::Unhandled { object: format!("{table}.{name}"), what }];
        }
        if self.is_computed() {
            let becomes = self.becomes_computed().then(|| swap_computed::obstacle(context, table, self.from, self.to));
            return becomes
                .flatten()
                .into_iter()
                .chain(written_anew::consented(context, table, self.to, true).err())
                .chain(self.unfilled(context))
                .collect();
        }
        let unknown = match self.of_enum {
            Some(of_enum) => of_enum.conversion(table, self.from, self.to).err(),
            None => conversion(table, self.from, self.to).err(),
        };
        let rewrite = written_anew::consented(context, table, self.to, true).err();
        unknown.into_iter().chain(self.another_numbering()).chain(rewrite).collect()
    }

    /// Whether the server computes it: then the two forms need not be kept in step.
    fn is_computed(&self) -> bool {
        self.to.generated.is_some()
    }

    /// Whether it is written until now: then what is written is compared with what is computed.
    fn becomes_computed(&self) -> bool {
        self.is_computed() && self.from.generated.is_none()
    }

    fn sync(&self, context: &Context<'_>) -> Option<Sync> {
        let columns = (self.from, self.to);
        self.becomes_computed().then(|| swap_computed::sync(context, self.table, columns, &self.aside))
    }

    fn computing(&self, context: &Context<'_>) -> Steps {
        match self.sync(context) {
            Some(sync) => swap_computed::steps(context, (self.from, self.to), &sync),
            None => Ok(Vec::new()),
        }
    }

    /// Questions about the fill.
    fn unfilled(&self, context: &Context<'_>) -> Vec<Obstacle> {
        self.computing(context).err().unwrap_or_default()
    }

    /// Whether a change is about the new form under its name aside.
    pub(crate) fn is_made_by(&self, change: &Change) -> bool {
        let Change::Column { table, change } = change else { return false };
        let made = match change {
            ColumnChange::Rename { to, .. } => &to.name,
            ColumnChange::Add(column) => &column.name,
            _ => return false,
        };
        table == self.table && *made == self.aside
    }

    /// Takes back what is said of functions that name the old column: its name stays.
    pub(crate) fn keep_its_name(&self, steps: &mut [Step], context: &Context<'_>) {
        let stale = context.naming_triggers_hazard(self.table, &self.from.name);
        for step in steps {
            step.hazards.retain(|hazard| Some(hazard) != stale.as_ref());
        }
    }

    /// Whether a change takes the old form away, which goes in the moment of the exchange.
    pub(crate) fn is_dropped_by(&self, change: &Change) -> bool {
        matches!(change, Change::Column { table, change: ColumnChange::Drop(column) } if table == self.table && column.name == self.from.name)
    }

    /// What uses the column and isn't made anew in the switch: what no SQL declares, and what would be built there while
    /// everybody waits.
    fn unknown_uses(&self, context: &Context<'_>) -> Vec<String> {
        let declared = |key: &String| context.from.objects.get(key);
        let mut uses = context.column_facts(self.table, &self.from.name).dependents;
        uses.retain(|key| declared(key).is_none());
        let built = self.leaning(context).filter(|object| object.kind == ObjectKind::MaterializedView);
        uses.extend(built.map(SqlObject::key));
        uses
    }

    fn leaning<'b>(&self, context: &Context<'b>) -> impl Iterator<Item = &'b SqlObject> {
        leaning_on(context, self.table, &self.to.name)
    }

    /// The consent to write the table anew, which is asked for and given by the column's own name.
    pub(crate) fn consents(&self, answers: &Answers) -> Option<String> {
        let flag = |name: &Identifier| format!("rewrite:{}", short_name(self.table, Some(name)));
        answers.allows(&flag(&self.to.name)).then(|| flag(&self.aside))
    }

    /// Until the switch every release works with the old form, also behind a view that has a new name of the table.
    pub(crate) fn show_the_old_form(&self, over: &mut ViewOver) {
        if over.known_as == *self.table {
            let shown = over.columns.iter_mut().filter(|(own, _)| *own == self.aside);
            shown.for_each(|pair| *pair = (self.from.name.clone(), self.from.name.clone()));
        }
    }

    /// Whether a function that gets a new body may read the column: the old body is for the old form, and the new one for
    /// the new form.
    pub(crate) fn is_read_by(&self, change: &Change, context: &Context<'_>) -> bool {
        let Change::ReplaceObject { from, to } = change else { return false };
        let reads = |function: &SqlObject, side: &Catalog| {
            let objects: Vec<&SqlObject> = side.objects.values().collect();
            compiled::may_read(function, self.table, &self.to.name, &objects)
        };
        to.kind == ObjectKind::Function && (reads(from, context.from) || reads(to, context.to))
    }

    /// The change that was asked for.
    pub(crate) fn change(&self) -> Change {
        self.cause.clone()
    }

    /// Whether an object is made by the exchange: one that leans on the column in either form.
    pub(crate) fn makes(&self, change: &Change, context: &Context<'_>) -> bool {
        match change {
            Change::AddObject(object) => self.carries(object),
            Change::ReplaceObject { from, to } => self.leaned_before(from, context) || self.carries(to),
            _ => false,
        }
    }

    fn leaned_before(&self, object: &SqlObject, context: &Context<'_>) -> bool {
        self.leaning(context).any(|one| one.key() == object.key())
    }

    /// Whether a view or its like uses the column: it is dropped and made anew in the same transaction.
    fn carries(&self, object: &SqlObject) -> bool {
        object.needs.contains(&self.key())
    }

    /// The new form takes the name, and what leans on it is made anew.
    pub(crate) fn exchange(&self, context: &Context<'_>) -> Vec<Step> {
        let (table, name, aside) = (self.table, &self.to.name, &self.aside);
        let rename = ColumnDeed::RenameTo(name.clone());
        let mut deeds = vec![Deed::Column { table: table.clone(), column: aside.clone(), deed: rename }];
        if context.facts.major >= 18 && !self.to.nullable {
            // NOT NULL is a constraint with a name there. Names that are cut may have met others and taken a number: they
            // stay as they are.
            let own = |column: &Identifier| {
                let whole = format!("{}_{}_not_null", table.name.as_str(), column.as_str());
                Identifier::new(whole).ok()
            };
            let names = own(aside).zip(own(name));
            deeds.extend(names.map(|(from, to)| Deed::RenameConstraint { table: table.clone(), from, to }));
        }
        if self.is_computed() {
            let (source, facts) = (Box::new(self.to.clone()), context.column_facts(table, name));
            let deed = ColumnDeed::KeepAs { source, facts };
            deeds.push(Deed::Column { table: table.clone(), column: name.clone(), deed });
        }
        if let Some(default) = self.to.default.clone().filter(|_| self.kept_default().is_none()) {
            let deed = ColumnDeed::SetDefault(default);
            deeds.push(Deed::Column { table: table.clone(), column: name.clone(), deed });
        }
        let text = match (self.is_computed(), self.of_enum) {
            (true, _) => format!("from here on {table}.{name} is computed in the new way"),
            (false, Some(_)) => format!("from here on {table}.{name} has the new values: release N must be gone"),
            (false, None) => format!("from here on {table}.{name} is {}: release N must be gone", self.to.sql_type),
        };
        let title = format!("give {table}.{aside} the name {name}");
        let exchange = Step::contract(Part::Switch, Order::Rename, title, deeds)
            .with_hazards([Hazard::new(HazardKind::ValueRange, text)])
            .with_hazards(self.readers_hazard(context));
        let leaning = self.leaning(context);
        let remade = leaning.filter_map(|object| Some((object, context.to.objects.get(&object.key())?)));
        let remade = remade.flat_map(|(old, new)| object::remade(old, new, context));
        let late =
            context.to.objects.values().filter(|object| self.carries(object) && !self.leaned_before(object, context));
        let late = late.flat_map(|object| object::made_late(object, context));
        let computing = self.computing(context).unwrap_or_default();
        let drop = self.is_computed().then(|| self.drop_old(context));
        let anew = self.functions_compiled_anew(context);
        computing.into_iter().chain(remade).chain(late).chain(drop).chain([exchange]).chain(anew).collect()
    }

    /// What is prepared knows the type of what it returns; that of an enum is announced with the type.
    fn readers_hazard(&self, context: &Context<'_>) -> Option<Hazard> {
        if self.of_enum.is_some()
            || (self.from.sql_type == self.to.sql_type && self.from.collation == self.to.collation)
        {
            return None;
        }
        let readers = compiled::readers(context, self.table, &self.to.name);
        compiled::readers_hazard(self.table, &self.to.name, &readers)
    }

    fn functions_compiled_anew(&self, context: &Context<'_>) -> Option<Step> {
        let (table, name) = (self.table, &self.to.name);
        if self.of_enum.is_none() && !compiled::is_another_type(self.from, self.to) {
            return None;
        }
        let (deeds, hazard) = compiled::functions(context, table, name);
        let title = format!("have every session compile anew what reads {table}.{name} in plpgsql");
        let step = Step::contract(Part::Switch, Order::Rename, title, deeds).with_hazards(hazard);
        (!step.deeds.is_empty() || !step.hazards.is_empty()).then_some(step)
    }

    fn drop_old(&self, context: &Context<'_>) -> Step {
        let (table, column) = (self.table.clone(), self.from.name.clone());
        let title = format!("drop {table}.{column}");
        let deed = ColumnDeed::Drop { references: context.referenced_tables(&table, Some(&column)) };
        let drop = Deed::Column { table, column, deed };
        let stop = self.sync(context).map(|sync| Deed::DropSync(Box::new(sync)));
        Step::contract(Part::Switch, Order::Drop, title, stop.into_iter().chain([drop]).collect())
    }

    fn key(&self) -> String {
        format!("column {}.{}", self.table, self.to.name)
    }

    /// The new form under the name aside. What is said about the way back is said about the new form.
    fn second(&self) -> Column {
        let mut hints = match self.of_enum.and_then(|of_enum| of_enum.conversion(self.table, self.from, self.to).ok()) {
            Some((using, back)) => Hints { using: Some(using), back: Some(back), ..self.to.hints.clone() },
            None => self.to.hints.clone(),
        };
        hints.back = hints.back.map(|text| {
            schema_model::sql_text::replace_columns(&text, self.table.name.as_str(), |name| {
                (name == self.to.name.as_str()).then(|| self.aside.quoted())
            })
        });
        hints.renamed_from = (!self.is_computed()).then(|| self.from.name.clone());
        hints.merged_from = Vec::new();
        // Until the switch everybody writes the old column alone, and so its default holds.
        Column { name: self.aside.clone(), hints, default: self.kept_default(), ..self.to.clone() }
    }

    /// The default that is the same before and after.
    fn kept_default(&self) -> Option<Expression> {
        let same = |new: &&Expression| self.from.default.as_ref().is_some_and(|old| old.same_as(new));
        self.to.default.as_ref().filter(same).cloned()
    }

    /// The new form goes on with the numbers of the old one.
    fn another_numbering(&self) -> Option<Obstacle> {
        let (from, to) = (self.from.identity.as_ref()?, self.to.identity.as_ref()?);
        if from.kind == to.kind && from.options == to.options {
            return None;
        }
        let what = "its type and how it is numbered differ at once, which is not handled yet: change one of them in a migration before";
        Some(Obstacle::Unhandled { object: format!("{}.{}", self.table, self.to.name), what: what.to_owned() })
    }
}
