//! NOT NULL on a column that exists: set in stages once every row has a value; dropped when the old release is gone.

use schema_model::{Column, QualifiedName};

use super::new_form;
use super::sync_names::sync_names;
use crate::phase::{Part, Phase};
use crate::plan::Context;
use crate::plan::answer::{Choice, Obstacle, short_name};
use crate::plan::hazard::{Hazard, HazardKind};
use crate::plan::operation::{Operation, Steps};
use crate::plan::step::{ColumnDeed, Deed, Order, Step};
use crate::plan::sync::{Sync, SyncKind};

pub(super) struct SetNotNull<'a> {
    pub(super) table: &'a QualifiedName,
    pub(super) column: &'a Column,
}

impl Operation for SetNotNull<'_> {
    fn steps(&self, context: &Context<'_>) -> Steps {
        let name = &self.column.name;
        let default = self.column.default.as_ref().map(|default| default.canonical().to_owned());
        let Some(value) = self.column.hints.backfill.clone().or(default) else {
            return Err(vec![Obstacle::Mistake {
                answers: vec![format!("--backfill {}=SQL", short_name(self.table, Some(name)))],
                position: self.column.hints.position.clone(),
                message: format!(
                    "{}.{name} is NOT NULL here and takes NULL in the database: say what rows with NULL get with `#[db(backfill = \"SQL\")]` (an expression over the row), or keep it an `Option`",
                    self.table
                ),
            }]);
        };
        context.check_expression(self.table, self.column, &[], &value)?;
        self.refuse_silent_reference(context)?;
        let sync = self.sync(context, &value);
        let title = format!("give a value to NULLs written to {}.{name}", self.table);
        let mut steps =
            vec![Step::new(Phase::Expand, Order::Column, title, vec![Deed::CreateSync(Box::new(sync.clone()))])];
        let title = format!("fill NULLs of {}.{name}", self.table);
        steps.extend(new_form::filled(context, self.table, self.column, &value, title)?);
        let title = format!("stop giving values to {}.{name}", self.table);
        steps.push(Step::contract(Part::Switch, Order::Drop, title, vec![Deed::DropSync(Box::new(sync))]));
        Ok(steps)
    }
}

impl SetNotNull<'_> {
    /// A silent backfill keeps the server's own foreign-key triggers silent too: nobody would check what it writes.
    fn refuse_silent_reference(&self, context: &Context<'_>) -> Result<(), Vec<Obstacle>> {
        let references = !context.referenced_tables(self.table, Some(&self.column.name)).is_empty();
        let silent = context.answers.strategy(&short_name(self.table, None)) == Some("silent");
        if !(references && silent) {
            return Ok(());
        }
        Err(vec![Obstacle::Mistake {
            answers: Vec::new(),
            position: self.column.hints.position.clone(),
            message: format!(
                "{}.{} is part of a foreign key, which a silent backfill would bypass: take --strategy {}=fire",
                self.table,
                self.column.name,
                short_name(self.table, None)
            ),
        }])
    }

    fn sync(&self, context: &Context<'_>, value: &str) -> Sync {
        let names = sync_names(context, self.table, &self.column.name);
        Sync {
            table: self.table.clone(),
            columns: context.all_columns(self.table),
            kind: SyncKind::Fill { column: self.column.name.clone(), value: value.to_owned(), on_update: true },
            function: names.function,
            insert_trigger: names.insert,
            update_trigger: names.update,
            legacy_counter: names.legacy_counter,
        }
    }
}

pub(super) struct DropNotNull<'a> {
    pub(super) table: &'a QualifiedName,
    pub(super) column: &'a Column,
}

impl Operation for DropNotNull<'_> {
    fn steps(&self, context: &Context<'_>) -> Steps {
        let object = short_name(self.table, Some(&self.column.name));
        let deeds = vec![Deed::Column {
            table: self.table.clone(),
            column: self.column.name.clone(),
            deed: ColumnDeed::DropNotNull,
        }];
        let title = format!("allow NULL in {}.{}", self.table, self.column.name);
        Ok(vec![match context.answers.strategy(&object) {
            Some("now") => Step::new(Phase::Expand, Order::Attribute, title, deeds),
            None | Some("after") => {
                let text = format!("{object} takes no NULL until the contract: the new release must write none before");
                Step::contract(Part::Switch, Order::Attribute, title, deeds)
                    .with_hazards([Hazard::new(HazardKind::ValueRange, text)])
            }
            Some(other) => {
                return Err(vec![Obstacle::Mistake {
                    answers: Vec::new(),
                    position: None,
                    message: format!(
                        "--strategy {object}={other} is not known here: `after` (the new release writes no NULL until the contract) or `now` (the old release meets NULL)"
                    ),
                }]);
            }
        }])
    }

    fn alternatives(&self, context: &Context<'_>) -> Vec<Choice> {
        let object = short_name(self.table, Some(&self.column.name));
        let now = Choice {
            flag: format!("--strategy {object}=now"),
            meaning: "NULL is allowed from expand on, and the old release may meet it".to_owned(),
        };
        if context.answers.strategy(&object).is_none() { vec![now] } else { Vec::new() }
    }
}
