//! A column that is no longer declared: made optional for the new release in expand, dropped in the contract, by consent;
//! with `grace` set aside there, and dropped later.

use schema_model::{Column, Expression, Identifier, QualifiedName, SqlType};

use super::aside::{self, GRACE};
use super::conversion::is_stable;
use crate::change::{Change, ColumnChange, TableConstraint};
use crate::diff::constraint;
use crate::phase::{Part, Phase};
use crate::plan::Context;
use crate::plan::answer::{Choice, Consent, Obstacle, Question, short_name};
use crate::plan::hazard::{Hazard, HazardKind};
use crate::plan::operation::{Operation, Steps};
use crate::plan::step::{ColumnDeed, Deed, Order, Step};

pub(super) struct DropColumn<'a> {
    pub(super) table: &'a QualifiedName,
    pub(super) column: &'a Column,
}

impl Operation for DropColumn<'_> {
    fn steps(&self, context: &Context<'_>) -> Steps {
        let (table, name) = (self.table, &self.column.name);
        let object = short_name(table, Some(name));
        let flag = format!("drop:{object}");
        if !context.answers.allows(&flag) {
            let way_out = aside::way_out(&object);
            let moved = self.moved_to(context).unwrap_or_default();
            let text =
                format!("the column {table}.{name} is no longer declared: its values would be lost{way_out}{moved}");
            return Err(vec![Obstacle::Consent(Consent { flag, text })]);
        }
        context.refuse_dependents(table, name)?;
        context.refuse_unmodelled(table, name)?;
        let mut steps = Vec::new();
        steps.extend(self.make_optional(context, &object).map_err(|obstacle| vec![obstacle])?);
        if context.answers.strategy(&object) == Some(GRACE) {
            steps.extend(self.set_aside(context));
        } else {
            steps
                .push(self.drop(context, Part::Switch, name).with_hazards(context.naming_triggers_hazard(table, name)));
        }
        Ok(steps)
    }

    fn alternatives(&self, context: &Context<'_>) -> Vec<Choice> {
        aside::alternative(context, short_name(self.table, Some(&self.column.name)))
    }
}

impl DropColumn<'_> {
    /// Where a table that is joined to this one gets a column of that name and type. Triggers that keep columns of two tables
    /// in step lock a row of each, in the one order for a writer of this and in the other for a writer of that: writers
    /// who never met a deadlock do then. So the application writes both.
    fn moved_to(&self, context: &Context<'_>) -> Option<String> {
        let is_joined = |other: &QualifiedName| {
            let references = |from: &QualifiedName, to: &QualifiedName| {
                let keys = context.new_table(from).into_iter().flat_map(|table| &table.foreign_keys);
                keys.into_iter().any(|key| key.references == *to)
            };
            references(other, self.table) || references(self.table, other)
        };
        let other = context.changes.iter().find_map(|change| match change {
            Change::Column { table, change: ColumnChange::Add(column) } => {
                let same = column.name == self.column.name && column.sql_type == self.column.sql_type;
                (same && is_joined(table)).then_some(table)
            }
            _ => None,
        })?;
        Some(format!(
            "; if it is to move to {other}, declare both for one release, which writes both and reads this one, fill the new one, and drop this one when a release reads that alone (columns of two tables can't be kept in step by triggers without deadlocks)"
        ))
    }

    fn drop(&self, context: &Context<'_>, part: Part, name: &Identifier) -> Step {
        let table = self.table;
        let references = context.referenced_tables(table, Some(&self.column.name));
        let deed = ColumnDeed::Drop { references };
        let deeds = vec![Deed::Column { table: table.clone(), column: name.clone(), deed }];
        let loss = Hazard::new(HazardKind::DataLoss, format!("the values of {table}.{name} go for good"));
        Step::contract(part, Order::Drop, format!("drop {table}.{name}"), deeds)
            .with_hazards([loss])
            .with_hazards(context.cached_plan_hazard(table))
    }

    fn set_aside(&self, context: &Context<'_>) -> [Step; 2] {
        let (table, name) = (self.table, &self.column.name);
        let aside = aside::column(context, table, name, "aside");
        let title = format!("set {table}.{name} aside as {aside}");
        let held = aside::hazard(&format!("{table}.{aside}"), &context.referenced_tables(table, Some(name)));
        let rename =
            Step::contract(Part::Switch, Order::Drop, title, vec![self.deed(ColumnDeed::RenameTo(aside.clone()))])
                .with_hazards(held)
                .with_hazards(context.cached_plan_hazard(table))
                .with_hazards(context.naming_triggers_hazard(table, name));
        [rename, self.drop(context, Part::Grace, &aside)]
    }

    fn deed(&self, deed: ColumnDeed) -> Deed {
        Deed::Column { table: self.table.clone(), column: self.column.name.clone(), deed }
    }

    /// The new release leaves the column out, and the old one must be able to read what stands there then.
    fn make_optional(&self, context: &Context<'_>, object: &str) -> Result<Option<Step>, Obstacle> {
        let Column { nullable, default, identity, generated, .. } = self.column;
        if default.is_some() || identity.is_some() || generated.is_some() {
            return Ok(None);
        }
        if let Some(value) = context.answers.old_default(object) {
            self.refuse_one_value_for_a_unique_column(context, value)?;
            let deeds = vec![self.deed(ColumnDeed::SetDefault(Expression::declared(value)))];
            return Ok(Some(self.step("give a default to", deeds).with_hazards(self.held_to(context, value))));
        }
        let decodes_null = context.old_rust(self.table, &self.column.name).map(|rust| rust.optional);
        match (nullable, decodes_null) {
            (true, Some(true) | None) => Ok(None),
            (false, Some(true)) => Ok(Some(self.step("allow NULL in", vec![self.deed(ColumnDeed::DropNotNull)]))),
            (_, _) => Err(Obstacle::Question(Question {
                object: object.to_owned(),
                text: format!(
                    "the new release leaves {object} out, and the old release can't read NULL there: what shall stand in rows that the new release writes, until the column is dropped?"
                ),
                choices: vec![self.value(context, object)],
            })),
        }
    }

    /// A value is proposed where any will do.
    fn value(&self, context: &Context<'_>, object: &str) -> Choice {
        let sql_type = &self.column.sql_type;
        let demands = self.demands(context);
        let example = example(context, sql_type).filter(|_| demands.is_empty());
        let expression = format!("SQL expression of type {sql_type} that the old release can read");
        let meaning = match (&example, demands.is_empty()) {
            (Some(_), _) => format!("that, or another {expression}"),
            (None, true) => format!("a {expression}"),
            (None, false) => format!("a {expression}; it must {}", demands.join(" and ")),
        };
        Choice { flag: format!("--old-default {object}={}", example.as_deref().unwrap_or("SQL")), meaning }
    }

    /// What stands on the column holds for the value as well, and a value that breaks it fails every insert of the new
    /// release.
    fn held_to(&self, context: &Context<'_>, value: &str) -> Vec<Hazard> {
        let hazard = |demand: &String| {
            let text = format!(
                "until the column is dropped `{value}` must {demand}, else every INSERT of the new release fails"
            );
            Hazard::new(HazardKind::ValueRange, text)
        };
        self.demands(context).iter().map(hazard).collect()
    }

    /// What the table's constraints demand of a value.
    fn demands(&self, context: &Context<'_>) -> Vec<String> {
        let own = context.old_table(self.table).map(constraint::all).unwrap_or_default();
        let holding = own.iter().filter(|one| constraint::hangs_on(one, &[&self.column.name]));
        let demands = holding.filter_map(|one| match one {
            TableConstraint::ForeignKey(key) => Some(format!("reference a row of {}", key.references)),
            TableConstraint::Check(check) => Some(format!("satisfy {}", check.expression.canonical())),
            TableConstraint::Unique(_) | TableConstraint::Index(_) => None,
        });
        demands.collect()
    }

    /// The new release's second row would meet the first one's value.
    fn refuse_one_value_for_a_unique_column(&self, context: &Context<'_>, value: &str) -> Result<(), Obstacle> {
        let name = &self.column.name;
        let alone = |columns: &[schema_model::Identifier]| columns == std::slice::from_ref(name);
        let Some(table) = context.old_table(self.table) else { return Ok(()) };
        let by_index = table.indexes.iter().filter(|index| index.unique && index.keys.len() == 1);
        let is_key = |key: &schema_model::IndexKey| key.target == schema_model::IndexKeyTarget::Column(name.clone());
        let unique = table.uniques.iter().any(|unique| alone(&unique.columns))
            || by_index.into_iter().any(|index| is_key(&index.keys[0]));
        if !(unique && is_stable(value)) {
            return Ok(());
        }
        Err(Obstacle::Mistake {
            answers: Vec::new(),
            position: None,
            message: format!(
                "{}.{name} is unique, so `{value}` serves one row only: give an expression that differs from row to row, such as gen_random_uuid()::text, or drop the unique constraint in a migration before",
                self.table
            ),
        })
    }

    fn step(&self, what: &str, deeds: Vec<Deed>) -> Step {
        Step::new(Phase::Expand, Order::Attribute, format!("{what} {}.{}", self.table, self.column.name), deeds)
    }
}

/// A value of a type that any code can decode; none where that isn't known.
fn example(context: &Context<'_>, sql_type: &SqlType) -> Option<String> {
    if sql_type.array {
        return Some("'{}'".to_owned());
    }
    if let Some(enum_type) = sql_type.qualified_name().and_then(|name| context.from.enums.get(&name)) {
        let label = enum_type.values.first()?;
        return Some(format!("'{}'", label.replace('\'', "''")));
    }
    let value = match sql_type.name.as_str() {
        "text" | "character varying" | "character" | "bytea" => "''",
        "smallint" | "integer" | "bigint" | "numeric" | "real" | "double precision" => "0",
        "boolean" => "false",
        "timestamp with time zone" | "timestamp without time zone" => "now()",
        "date" => "current_date",
        "interval" => "'0'",
        "uuid" if context.facts.major >= 13 => "gen_random_uuid()",
        "uuid" => "'00000000-0000-0000-0000-000000000000'",
        "jsonb" | "json" => "'{}'",
        _ => return None,
    };
    Some(value.to_owned())
}
