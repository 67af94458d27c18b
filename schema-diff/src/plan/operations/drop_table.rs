//! A table that is no longer declared: dropped in the contract, by consent; with `grace` set aside there, and dropped
//! later.

use schema_model::{ForeignKey, QualifiedName, ReferentialAction, Table};

use super::aside::{self, GRACE};
use super::drop_constraint::{before_it_falls, falling_with};
use crate::change::Change;
use crate::phase::Part;
use crate::plan::Context;
use crate::plan::answer::{Choice, Consent, Obstacle, short_name};
use crate::plan::hazard::{Hazard, HazardKind};
use crate::plan::operation::{Operation, Steps};
use crate::plan::step::{Deed, Order, Step};

pub(super) struct DropTable<'a>(pub(super) &'a Table);

impl Operation for DropTable<'_> {
    fn steps(&self, context: &Context<'_>) -> Steps {
        let name = &self.0.name;
        let object = short_name(name, None);
        let flag = format!("drop:{object}");
        if !context.answers.allows(&flag) {
            let way_out = aside::way_out(&object);
            let renamed = self.renamed_to(context).map_or_else(String::new, |new| {
                let new = short_name(new, None);
                format!("; if it is renamed to {new}: --rename {object}={new}")
            });
            let text = format!("the table {name} is no longer declared: its rows would be lost{way_out}{renamed}");
            return Err(vec![Obstacle::Consent(Consent { flag, text })]);
        }
        for column in &self.0.columns {
            context.refuse_dependents(name, &column.name)?;
        }
        if context.answers.strategy(&object) == Some(GRACE) {
            return Ok(self.set_aside(context));
        }
        let mut steps = self.references(context, Part::Switch);
        steps.push(self.drop(context, Part::Switch, name));
        Ok(steps)
    }

    fn alternatives(&self, context: &Context<'_>) -> Vec<Choice> {
        aside::alternative(context, short_name(&self.0.name, None))
    }
}

impl DropTable<'_> {
    /// A new table with nearly the same columns.
    fn renamed_to<'a>(&self, context: &Context<'a>) -> Option<&'a QualifiedName> {
        let is_alike = |new: &Table| {
            let shared = new.columns.iter().filter(|column| self.0.column(&column.name).is_some()).count();
            shared * 5 >= new.columns.len().max(self.0.columns.len()) * 4
        };
        context.changes.iter().find_map(|change| match change {
            Change::AddTable(new) if is_alike(new) => Some(&new.name),
            _ => None,
        })
    }

    fn drop(&self, context: &Context<'_>, part: Part, name: &QualifiedName) -> Step {
        let hazard = Hazard::new(HazardKind::DataLoss, format!("the rows of {name} go for good"));
        let references = context.referenced_tables(&self.0.name, None);
        let deeds = vec![Deed::DropTable { table: name.clone(), references }];
        Step::contract(part, Order::Drop, format!("drop table {name}"), deeds)
            .with_hazards([hazard])
            .with_hazards(self.held_rows(context))
    }

    /// The foreign keys that go with it, since the table or a column of theirs goes too.
    fn references(&self, context: &Context<'_>, part: Part) -> Vec<Step> {
        let falling = falling_with(&self.0.name, [context.from, context.to]);
        falling.filter_map(|(table, key)| before_it_falls(part, table.name.clone(), key)).collect()
    }

    /// The new release knows nothing of the table, nor that its foreign keys keep rows of others from being deleted.
    fn held_rows(&self, context: &Context<'_>) -> Option<Hazard> {
        let stays = |key: &&ForeignKey| key.references != self.0.name && context.new_table(&key.references).is_some();
        let holds =
            |key: &&ForeignKey| matches!(key.on_delete, ReferentialAction::NoAction | ReferentialAction::Restrict);
        let held: Vec<String> =
            self.0.foreign_keys.iter().filter(stays).filter(holds).map(|key| key.references.to_string()).collect();
        let tables = (!held.is_empty()).then(|| held.join(", "))?;
        let text = format!(
            "until the contract rows of {tables} can't be deleted while rows of {} reference them: the new release must not delete them before, unless it deletes those first",
            self.0.name
        );
        Some(Hazard::new(HazardKind::HeldRows, text))
    }

    fn set_aside(&self, context: &Context<'_>) -> Vec<Step> {
        let name = &self.0.name;
        let aside = aside::table(context, name);
        let held = aside::hazard(&aside.to_string(), &context.referenced_tables(name, None));
        let deeds = vec![Deed::RenameTable { from: name.clone(), to: aside.clone() }];
        let title = format!("set table {name} aside as {}", aside.name);
        let rename = Step::contract(Part::Switch, Order::Drop, title, deeds).with_hazards(held);
        let mut steps = vec![rename];
        steps.extend(self.references(context, Part::Grace));
        steps.push(self.drop(context, Part::Grace, &aside));
        steps
    }
}
