//! A column that becomes several, and several that become one: both sides are there until the contract, and each is
//! computed from the other as the struct says.

use schema_model::{Column, Identifier, QualifiedName};

use super::{new_form, two_way, upsert, written_anew};
use crate::phase::{Part, Phase};
use crate::plan::Context;
use crate::plan::answer::Obstacle;
use crate::plan::hazard::{Hazard, HazardKind};
use crate::plan::operation::{Operation, Steps};
use crate::plan::step::{ColumnDeed, Deed, Order, Step};
use crate::plan::sync::{Form, Sync};
use crate::postcondition::{ObjectState, Postcondition};

/// The columns of both sides.
pub(super) struct SplitColumn<'a> {
    table: &'a QualifiedName,
    old: Vec<&'a Column>,
    new: Vec<&'a Column>,
    /// Whether this is the change that makes all of it.
    leads: bool,
}

impl<'a> SplitColumn<'a> {
    /// Where a column that is renamed is split, or one of several that are merged.
    pub(super) fn of(
        context: &Context<'a>,
        table: &'a QualifiedName,
        from: &'a Column,
        to: &'a Column,
    ) -> Option<Self> {
        let of_this_one = context.renames(table).filter(|(source, _)| source.name == from.name);
        let new: Vec<&Column> = of_this_one.map(|(_, to)| to).collect();
        let merged: Vec<&Identifier> = to.hints.merged_from.iter().map(|(column, _)| column).collect();
        if new.len() < 2 && merged.is_empty() {
            return None;
        }
        let mut old = vec![from];
        let others = merged.into_iter().filter(|name| **name != from.name);
        old.extend(others.filter_map(|name| context.old_table(table)?.column(name)));
        let leads = new.first().is_some_and(|first| first.name == to.name);
        Some(Self { table, old, new, leads })
    }
}

impl Operation for SplitColumn<'_> {
    fn steps(&self, context: &Context<'_>) -> Steps {
        if !self.leads {
            return Ok(Vec::new());
        }
        self.refuse_what_is_not_handled(context)?;
        let (old, new) = (self.old_forms()?, self.new_forms()?);
        let sync = two_way::sync(context, self.table, (&self.old, old), (&self.new, new.clone()));
        let mut expand = self.expand(context, &sync);
        for column in &self.new {
            let rewrite =
                written_anew::consented(context, self.table, column, true).map_err(|obstacle| vec![obstacle])?;
            expand = expand.with_hazards(rewrite);
        }
        let mut steps = vec![expand];
        let title = format!("fill {} from {}", self.names(&self.new), self.names(&self.old));
        for (column, form) in self.new.iter().zip(&new) {
            steps.extend(new_form::filled(context, self.table, column, &form.value, title.clone())?);
        }
        steps.extend(self.contract(context, sync));
        Ok(steps)
    }
}

impl SplitColumn<'_> {
    fn refuse_what_is_not_handled(&self, context: &Context<'_>) -> Result<(), Vec<Obstacle>> {
        for column in self.old.iter().chain(&self.new) {
            let what = if column.identity.is_some() {
                "a numbered column"
            } else if column.generated.is_some() {
                "a column that the server computes"
            } else {
                continue;
            };
            return Err(vec![Obstacle::Unhandled {
                object: format!("{}.{}", self.table, column.name),
                what: format!("splitting or merging {what} is not handled yet"),
            }]);
        }
        for column in &self.new {
            if column.default.is_some() {
                return Err(vec![self.mistake(
                    column,
                    format!(
                        "{}.{} is computed from {} until the contract, so that it can have no default before: declare it in the next migration",
                        self.table,
                        column.name,
                        self.names(&self.old)
                    ),
                )]);
            }
            if let Some(using) = &column.hints.using {
                context.check_sources(self.table, column, &self.old, using)?;
            }
            if let Some(back) = &column.hints.back {
                context.check_sources(self.table, column, &self.new, back)?;
            }
        }
        self.refuse_two_ways_back()?;
        self.refuse_what_overlaps(context)?;
        for column in &self.old {
            let privileges = |column: &Column| context.column_facts(self.table, &column.name).privileges;
            if privileges(column) != privileges(self.old[0]) {
                return Err(vec![Obstacle::Unhandled {
                    object: format!("{}.{}", self.table, column.name),
                    what: format!(
                        "it has other privileges than {}, and who may do what with the column that they become isn't known: make them the same first",
                        self.old[0].name
                    ),
                }]);
            }
            if column.default.is_some() && self.new.iter().all(|new| new.nullable) {
                return Err(vec![Obstacle::Unhandled {
                    object: format!("{}.{}", self.table, column.name),
                    what: "it has a default, and where the new release writes NULL nobody can tell that from a row that it left out: drop the default in a migration before".to_owned(),
                }]);
            }
            context.refuse_dependents(self.table, &column.name)?;
            context.refuse_unmodelled(self.table, &column.name)?;
        }
        Ok(())
    }

    /// There is one way back to each old column.
    fn refuse_two_ways_back(&self) -> Result<(), Vec<Obstacle>> {
        let is_merged = self.new.iter().any(|column| !column.hints.merged_from.is_empty());
        let mut backs = self.new.iter().filter(|column| column.hints.back.is_some()).skip(usize::from(!is_merged));
        let Some(second) = backs.next() else { return Ok(()) };
        let message = if is_merged {
            "`merged_from` says what each old column gets: leave `back` out"
        } else {
            "`back` stands at another column of the split already: it is one expression over all of them"
        };
        Err(vec![self.mistake(second, format!("{}.{}: {message}", self.table, second.name))])
    }

    /// An old column lives on in one split or merge.
    fn refuse_what_overlaps(&self, context: &Context<'_>) -> Result<(), Vec<Obstacle>> {
        let is_ours = |name: &Identifier| self.new.iter().any(|column| column.name == *name);
        let mut others = context.renames(self.table).filter(|(_, to)| !is_ours(&to.name));
        let overlapping = others.find(|(from, to)| {
            let sources = || to.hints.merged_from.iter().map(|(name, _)| name).chain([&from.name]);
            self.old.iter().any(|old| sources().any(|source| *source == old.name))
        });
        let Some((_, to)) = overlapping else { return Ok(()) };
        let message = format!(
            "{}.{} comes from a column that goes on in {} too, and that is handled only where one column is split into all of them",
            self.table,
            to.name,
            self.names(&self.new)
        );
        Err(vec![self.mistake(to, message)])
    }

    fn mistake(&self, column: &Column, message: String) -> Obstacle {
        Obstacle::Mistake { answers: Vec::new(), position: column.hints.position.clone(), message }
    }

    /// The way back stands at the new column where several are merged, else at one of the new ones.
    fn old_forms(&self) -> Result<Vec<Form>, Vec<Obstacle>> {
        let Some(first) = self.new.first() else { return Ok(Vec::new()) };
        let form = |column: &&Column| {
            let merged = first.hints.merged_from.iter().find(|(name, _)| *name == column.name);
            let back = merged.map(|(_, back)| back).or_else(|| self.new.iter().find_map(|new| new.hints.back.as_ref()));
            let Some(back) = back else {
                let message = format!(
                    "{}.{} is split into {}: say at one of them what the old release reads there, `back = \"SQL\"`, an expression over the new columns",
                    self.table,
                    column.name,
                    self.names(&self.new)
                );
                return Err(vec![self.mistake(first, message)]);
            };
            Ok(Form::of(column, back))
        };
        self.old.iter().map(form).collect()
    }

    fn new_forms(&self) -> Result<Vec<Form>, Vec<Obstacle>> {
        let form = |column: &&Column| {
            let Some(using) = &column.hints.using else {
                let message = format!(
                    "{}.{} comes from {}: say how, `using = \"SQL\"`, an expression over the old columns",
                    self.table,
                    column.name,
                    self.names(&self.old)
                );
                return Err(vec![self.mistake(column, message)]);
            };
            Ok(Form::of(column, using))
        };
        self.new.iter().map(form).collect()
    }

    fn names(&self, columns: &[&Column]) -> String {
        columns.iter().map(|column| column.name.to_string()).collect::<Vec<_>>().join(", ")
    }

    fn column(&self, name: &Identifier, deed: ColumnDeed) -> Deed {
        Deed::Column { table: self.table.clone(), column: name.clone(), deed }
    }

    fn expand(&self, context: &Context<'_>, sync: &Sync) -> Step {
        let mut deeds = Vec::new();
        for column in &self.new {
            let written_anew = written_anew::is_written_anew(context, column);
            let add = ColumnDeed::Add { column: Box::new((*column).clone()), bare: true, written_anew };
            deeds.push(self.column(&column.name, add));
            let facts = context.column_facts(self.table, &self.old[0].name);
            let source = Box::new((*column).clone());
            deeds.push(self.column(&column.name, ColumnDeed::KeepAs { source, facts }));
            if column.comment.is_some() {
                deeds.push(self.column(&column.name, ColumnDeed::Comment(column.comment.clone())));
            }
        }
        deeds.push(Deed::CreateSync(Box::new(sync.clone())));
        let text = format!(
            "until the contract every value of {} is written to {} too, as `back` says: one that doesn't fit there is refused, and what `back` can't say is lost to the old release",
            self.names(&self.new),
            self.names(&self.old)
        );
        let title =
            format!("add {} to {}, kept in step with {}", self.names(&self.new), self.table, self.names(&self.old));
        let first = self.new[0].name.clone();
        Step::new(Phase::Expand, Order::Column, title, deeds)
            .done_when(Postcondition::Object(ObjectState::ColumnExists(self.table.clone(), first)))
            .with_hazards(context.cached_plan_hazard(self.table))
            .with_hazards(upsert::hazard(sync))
            .with_hazards([Hazard::new(HazardKind::ValueRange, text)])
    }

    fn contract(&self, context: &Context<'_>, sync: Sync) -> Vec<Step> {
        let gate = two_way::gate(context, &sync);
        let mut deeds = vec![Deed::DropSync(Box::new(sync))];
        let mut hazards = Vec::new();
        for column in &self.old {
            let references = context.referenced_tables(self.table, Some(&column.name));
            deeds.push(self.column(&column.name, ColumnDeed::Drop { references }));
            hazards.extend(context.naming_triggers_hazard(self.table, &column.name));
        }
        let title = format!("drop {} of {}", self.names(&self.old), self.table);
        let drop = Step::contract(Part::Switch, Order::Drop, title, deeds)
            .with_hazards(context.cached_plan_hazard(self.table))
            .with_hazards(hazards);
        vec![gate, drop]
    }
}
