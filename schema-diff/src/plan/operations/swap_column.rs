//! Another type under the same name, by `swap`: a second column kept in step, whose name is exchanged for the old one's
//! in the switch. Until then the new release must decode the old type, and from then on the old release fails.

use std::collections::BTreeMap;

use schema_model::{Catalog, Column, Expression, Hints, Identifier, PrimaryKey, QualifiedName, Table};

use super::conversion::conversion;
use super::new_form::{self, Place};
use super::primary_key::SetPrimaryKey;
use super::rename_column::RenameColumn;
use crate::change::TableConstraint;
use crate::diff::constraint;
use crate::phase::Part;
use crate::plan::Context;
use crate::plan::answer::{Consent, Obstacle, short_name};
use crate::plan::hazard::{Hazard, HazardKind};
use crate::plan::name::fitted;
use crate::plan::operation::{Operation, Steps};
use crate::plan::step::{ColumnDeed, Deed, Order, Step};

pub(super) struct SwapColumn<'a> {
    pub(super) table: &'a QualifiedName,
    pub(super) from: &'a Column,
    pub(super) to: &'a Column,
}

impl Operation for SwapColumn<'_> {
    fn steps(&self, context: &Context<'_>) -> Steps {
        let (table, name) = (self.table, &self.to.name);
        let flag = format!("swap:{}", short_name(table, Some(name)));
        if !context.answers.allows(&flag) {
            let text = format!(
                "{table}.{name} becomes {} in one moment of the contract: until then every release reads and writes {}, from then on only {} (release N fails where it decodes the old type)",
                self.to.sql_type, self.from.sql_type, self.to.sql_type
            );
            return Err(vec![Obstacle::Consent(Consent { flag, text })]);
        }
        conversion(table, self.from, self.to).map_err(|obstacle| vec![obstacle])?;
        self.refuse_another_numbering()?;
        let Some(wanted) = context.new_table(table) else { return Ok(Vec::new()) };
        self.refuse_references(context)?;
        let all = self.all_of_the_table(context);
        let seconds: Vec<Column> = all.iter().map(|swap| swap.second(&swap.name_aside(context))).collect();
        let Some(second) = seconds.iter().find(|second| second.hints.renamed_from.as_ref() == Some(name)) else {
            return Ok(Vec::new());
        };
        let aside = second.name.clone();
        let names: Names<'_> =
            all.iter().map(|swap| &swap.to.name).zip(seconds.iter().map(|c| c.name.clone())).collect();
        let beside = beside(context.to, wanted, &names, &seconds);
        let context = Context { to: &beside, ..*context };
        let mut steps = RenameColumn { table, from: self.from, to: second }.steps(&context)?;
        // What hangs on several of them is made once.
        let is_first = |hangs: &dyn Fn(&Identifier) -> bool| {
            all.iter().map(|swap| &swap.to.name).find(|name| hangs(name)) == Some(name)
        };
        for own in constraint::all(wanted).into_iter() {
            if is_first(&|name| constraint::hangs_on(&own, &[name])) {
                let renamed = constraint::renamed(&own, &names);
                steps.extend(new_form::constraint(&context, table, &renamed, Place::EndOfBackfill));
            }
        }
        if wanted.primary_key.as_ref().is_some_and(|key| is_first(&|name| key.columns.contains(name))) {
            steps.extend(self.primary_key(&context)?);
        }
        steps.extend(self.leaning(&context));
        let title = format!("give {table}.{aside} the name {name}");
        let rename = ColumnDeed::RenameTo(name.clone());
        let mut deeds = vec![Deed::Column { table: table.clone(), column: aside.clone(), deed: rename }];
        if context.facts.major >= 18 && !self.to.nullable {
            // NOT NULL is a constraint with a name there. Names that are cut may have met others and taken a number: they
            // stay as they are.
            let own = |column: &Identifier| {
                let whole = format!("{}_{}_not_null", table.name.as_str(), column.as_str());
                Identifier::new(whole).ok()
            };
            let names = own(&aside).zip(own(name));
            deeds.extend(names.map(|(from, to)| Deed::RenameConstraint { table: table.clone(), from, to }));
        }
        if let Some(default) = self.to.default.clone().filter(|_| self.kept_default().is_none()) {
            let deed = ColumnDeed::SetDefault(default);
            deeds.push(Deed::Column { table: table.clone(), column: name.clone(), deed });
        }
        let text = format!("from here on {table}.{name} is {}: release N must be gone", self.to.sql_type);
        let step = Step::contract(Part::Switch, Order::Rename, title, deeds);
        steps.push(step.with_hazards([Hazard::new(HazardKind::ValueRange, text)]));
        Ok(steps)
    }
}

/// The columns that are swapped, with the names that they have until the switch.
type Names<'a> = BTreeMap<&'a Identifier, Identifier>;

impl<'a> SwapColumn<'a> {
    /// All columns of the table that are swapped in this plan, in their order.
    fn all_of_the_table<'b>(&self, context: &Context<'b>) -> Vec<SwapColumn<'b>>
    where
        'a: 'b,
    {
        let (old, new) = (context.old_table(self.table), context.new_table(self.table));
        let columns = new.into_iter().flat_map(|table| &table.columns).filter_map(|to| {
            let from = old?.column(&to.name)?;
            let differs = from.sql_type != to.sql_type || from.collation != to.collation;
            let answer = context.answers.strategy(&short_name(self.table, Some(&to.name)));
            (differs && answer == Some("swap")).then_some(SwapColumn { table: self.table, from, to })
        });
        columns.collect()
    }
}

impl SwapColumn<'_> {
    /// A name that no column of the table has.
    fn name_aside(&self, context: &Context<'_>) -> Identifier {
        let taken = context.all_columns(self.table);
        let mut label = "new".to_owned();
        loop {
            let name = fitted(&[self.to.name.as_str()], &label);
            if !taken.contains(&name) {
                return name;
            }
            label.push_str("_2");
        }
    }

    /// The new form under the name aside. What is said about the way back is said about the new form.
    fn second(&self, aside: &Identifier) -> Column {
        let back = self.to.hints.back.as_ref().map(|text| {
            schema_model::sql_text::replace_columns(text, self.table.name.as_str(), |name| {
                (name == self.to.name.as_str()).then(|| aside.to_string())
            })
        });
        let hints = Hints { renamed_from: Some(self.from.name.clone()), back, ..self.to.hints.clone() };
        // Until the switch everybody writes the old column alone, and so its default holds.
        Column { name: aside.clone(), hints, default: self.kept_default(), ..self.to.clone() }
    }

    /// The default that is the same before and after.
    fn kept_default(&self) -> Option<Expression> {
        let same = |new: &&Expression| self.from.default.as_ref().is_some_and(|old| old.same_as(new));
        self.to.default.as_ref().filter(same).cloned()
    }

    /// Views and their like that use the column are dropped and made anew in the same transaction.
    fn leaning(&self, context: &Context<'_>) -> Vec<Step> {
        let needed = format!("column {}.{}", self.table, self.to.name);
        let leaning = context.from.objects.values().filter(|object| object.needs.contains(&needed));
        leaning.flat_map(|object| super::object::remade(object, context)).collect()
    }

    fn primary_key(&self, context: &Context<'_>) -> Steps {
        let key = context.new_table(self.table).and_then(|table| table.primary_key.as_ref());
        let Some(key) = key.filter(|key| key.columns.iter().any(|column| context.is_new_column(self.table, column)))
        else {
            return Ok(Vec::new());
        };
        let old = context.old_table(self.table).and_then(|table| table.primary_key.as_ref());
        SetPrimaryKey { table: self.table, from: old, to: Some(key) }.steps(context)
    }

    /// The new form goes on with the numbers of the old one.
    fn refuse_another_numbering(&self) -> Result<(), Vec<Obstacle>> {
        let (Some(from), Some(to)) = (&self.from.identity, &self.to.identity) else { return Ok(()) };
        if from.kind == to.kind && from.options == to.options {
            return Ok(());
        }
        let what = "its type and how it is numbered differ at once, which is not handled yet: change one of them in a migration before";
        Err(vec![Obstacle::Unhandled { object: format!("{}.{}", self.table, self.to.name), what: what.to_owned() }])
    }

    fn refuse_references(&self, context: &Context<'_>) -> Result<(), Vec<Obstacle>> {
        let name = &self.to.name;
        let references = |table: &&Table| {
            let mut keys = table.foreign_keys.iter();
            keys.any(|key| key.references == *self.table && key.referenced_columns.contains(name))
        };
        let referencing: Vec<String> =
            context.to.tables.values().filter(references).map(|table| table.name.to_string()).collect();
        if referencing.is_empty() {
            return Ok(());
        }
        Err(vec![Obstacle::Unhandled {
            object: format!("{}.{name}", self.table),
            what: format!(
                "its type differs, and foreign keys of {} reference it: changing such a column is not handled yet; write it by hand (cargo schema new)",
                referencing.join(", ")
            ),
        }])
    }
}

/// The side that is to be, as it is just before the names are exchanged.
fn beside(to: &Catalog, wanted: &Table, names: &Names<'_>, seconds: &[Column]) -> Catalog {
    let mut table = wanted.clone();
    for column in &mut table.columns {
        let aside = names.get(&column.name);
        if let Some(second) = seconds.iter().find(|second| Some(&second.name) == aside) {
            *column = second.clone();
        }
    }
    let renamed: Vec<TableConstraint> =
        constraint::all(wanted).iter().map(|own| constraint::renamed(own, names)).collect();
    table.uniques = renamed.iter().filter_map(|one| as_unique(one).cloned()).collect();
    table.indexes = renamed.iter().filter_map(|one| as_index(one).cloned()).collect();
    table.primary_key = wanted.primary_key.as_ref().map(|key| PrimaryKey {
        columns: key.columns.iter().map(|column| names.get(column).unwrap_or(column).clone()).collect(),
        ..key.clone()
    });
    let needed: Vec<String> = names.keys().map(|name| format!("column {}.{name}", table.name)).collect();
    let mut catalog = to.clone();
    catalog.objects.retain(|_, object| !needed.iter().any(|needed| object.needs.contains(needed)));
    catalog.tables.insert(table.name.clone(), table);
    catalog
}

fn as_unique(constraint: &TableConstraint) -> Option<&schema_model::Unique> {
    match constraint {
        TableConstraint::Unique(unique) => Some(unique),
        _ => None,
    }
}

fn as_index(constraint: &TableConstraint) -> Option<&schema_model::Index> {
    match constraint {
        TableConstraint::Index(index) => Some(index),
        _ => None,
    }
}
