//! Another type under the same name: in place where the server changes metadata alone and nobody can notice, else a
//! question, since every other way costs something that only the user can weigh.

use schema_model::{
    Column, Expression, Identifier, Index, IndexKey, IndexKeyTarget, ObjectKind, QualifiedName, SqlObject, SqlType,
    Table, sql_text,
};

use super::swap_column::SWAP;
use super::{compiled, object};
use crate::change::{Change, ColumnChange};
use crate::phase::Phase;
use crate::plan::Context;
use crate::plan::answer::{Choice, Obstacle, Question, short_name};
use crate::plan::hazard::{Hazard, HazardKind};
use crate::plan::operation::{Operation, Steps};
use crate::plan::step::{ColumnDeed, Deed, Order, Step};

/// Whether an object is made anew with a column on which it leans and which gets another type in its place.
pub(super) fn is_remade_with_a_column(object: &SqlObject, context: &Context<'_>) -> bool {
    let is_below = |change: &Change| match change {
        Change::Column { table, change: ColumnChange::SetType { to, .. } } => {
            object::leaning_on(context, table, &to.name).any(|one| one.key() == object.key())
        }
        _ => false,
    };
    context.changes.iter().any(is_below)
}

/// Whether such a key is that of a column that changes its type in its place in the switch.
pub(super) fn is_retyped_in_the_switch(key: &str, context: &Context<'_>) -> bool {
    context.changes.iter().any(|change| match change {
        Change::Column { table, change: ColumnChange::SetType { from, to } } => {
            key == format!("column {table}.{}", to.name) && ChangeType { table, from, to }.waits(context)
        }
        _ => false,
    })
}

pub(super) struct ChangeType<'a> {
    pub(super) table: &'a QualifiedName,
    pub(super) from: &'a Column,
    pub(super) to: &'a Column,
}

impl Operation for ChangeType<'_> {
    fn steps(&self, context: &Context<'_>) -> Steps {
        let object = short_name(self.table, Some(&self.to.name));
        let metadata_only = self.from.collation == self.to.collation
            && is_metadata_only(&self.from.sql_type, &self.to.sql_type)
            && !self.is_used_in_an_expression(context);
        let readers = compiled::readers(context, self.table, &self.to.name);
        let answered = context.answers.strategy(&object);
        match answered {
            Some("in-place") if metadata_only => self.in_place(context, &readers),
            None if metadata_only && readers.is_empty() && self.is_decoded(context) => self.in_place(context, &readers),
            _ => Err(vec![Obstacle::Question(self.question(&object, metadata_only, &readers))]),
        }
    }
}

impl ChangeType<'_> {
    /// Whether an index or a check holds an expression over the column: the server then builds the index anew and checks every
    /// row, under the lock that the change of type holds, whatever the types (measured on 12 and 18).
    fn is_used_in_an_expression(&self, context: &Context<'_>) -> bool {
        context.old_table(self.table).is_some_and(|table| self.user_in(table).is_some())
    }

    /// The index or the check that holds one.
    fn user_in<'b>(&self, table: &'b Table) -> Option<&'b Identifier> {
        let uses = |expression: &Expression| sql_text::mentions(expression.canonical(), self.from.name.as_str());
        let in_key = |key: &IndexKey| match &key.target {
            IndexKeyTarget::Expression(expression) => uses(expression),
            IndexKeyTarget::Column(_) => false,
        };
        let in_index = |index: &&Index| index.keys.iter().any(in_key) || index.predicate.as_ref().is_some_and(uses);
        let indexes = table.indexes.iter().filter(in_index).map(|index| &index.name);
        let checks = table.checks.iter().filter(|check| uses(&check.expression)).map(|check| &check.name);
        indexes.chain(checks).flatten().next()
    }

    /// Whether something leans on the column, so that it waits for the switch.
    fn waits(&self, context: &Context<'_>) -> bool {
        !context.column_facts(self.table, &self.to.name).dependents.is_empty()
    }

    /// What is new over it would be there before it, and be built anew under its lock.
    fn refuse_new_users(&self, context: &Context<'_>) -> Result<(), Vec<Obstacle>> {
        let new = context.new_table(self.table);
        let Some(name) = new.and_then(|table| self.user_in(table)) else { return Ok(()) };
        Err(vec![Obstacle::Unhandled {
            object: format!("{}.{}", self.table, self.to.name),
            what: format!(
                "its type changes in the switch, with what leans on it, and {name}, which is new, holds an expression over it: the server would build and check that anew under the lock of the switch; make it in a migration after"
            ),
        }])
    }

    /// Whether release N's Rust type still decodes the column: the same base type, or both texts.
    fn is_decoded(&self, context: &Context<'_>) -> bool {
        const TEXTS: [&str; 2] = ["text", "character varying"];
        let same = !compiled::is_another_type(self.from, self.to);
        let texts = [self.from, self.to].iter().all(|column| TEXTS.contains(&column.sql_type.name.as_str()));
        context.old_rust(self.table, &self.to.name).is_some() && (same || texts)
    }

    /// At once, or in the switch where something leans on the column: that goes before and comes behind it, as one.
    fn in_place(&self, context: &Context<'_>, readers: &[String]) -> Steps {
        let mut set = self.set(context, readers);
        if !self.waits(context) {
            return Ok(vec![set]);
        }
        self.refuse_new_users(context)?;
        let leaning: Vec<&SqlObject> = object::leaning_on(context, self.table, &self.to.name).collect();
        self.refuse_what_stays_unknown(context, &leaning)?;
        set.put_into_the_switch();
        set.order = Order::Drop;
        let text = format!(
            "until the contract {}.{} is {}, for what leans on it is made anew with it: the new release must write no other values before",
            self.table, self.to.name, self.from.sql_type
        );
        let forms = leaning.iter().filter_map(|old| Some((*old, context.to.objects.get(&old.key())?)));
        let remade = forms.flat_map(|(old, new)| object::remade(old, new, context));
        Ok(remade.chain([set.with_hazards([Hazard::new(HazardKind::ValueRange, text)])]).collect())
    }

    /// Only what is declared can be made anew, and a materialised view not in a moment.
    fn refuse_what_stays_unknown(&self, context: &Context<'_>, leaning: &[&SqlObject]) -> Result<(), Vec<Obstacle>> {
        let is_built = |key: &String| {
            leaning.iter().any(|object| object.key() == *key && object.kind == ObjectKind::MaterializedView)
        };
        let above = leaning.iter().map(|object| object.key()).filter(is_built);
        let mut unknown = context.column_facts(self.table, &self.to.name).dependents;
        unknown.retain(|key| !context.from.objects.contains_key(key));
        unknown.extend(above.filter(|key| context.to.objects.contains_key(key)));
        if unknown.is_empty() {
            return Ok(());
        }
        Err(vec![Obstacle::Unhandled {
            object: format!("{}.{}", self.table, self.to.name),
            what: format!(
                "it is used by {}, which can't go and come in a moment: drop or change them by a hand-written migration (cargo schema new), then run this again",
                unknown.join(", ")
            ),
        }])
    }

    fn set(&self, context: &Context<'_>, readers: &[String]) -> Step {
        let (table, name) = (self.table, &self.to.name);
        let deed =
            ColumnDeed::SetType { sql_type: self.to.sql_type.clone(), joined: context.joined_tables(table, name) };
        let mut deeds = vec![Deed::Column { table: table.clone(), column: name.clone(), deed }];
        let title = format!("change type of {table}.{name} to {}", self.to.sql_type);
        let mut others = None;
        if compiled::is_another_type(self.from, self.to) {
            let (anew, hazard) = compiled::functions(context, table, name);
            deeds.extend(anew);
            others = hazard;
        }
        Step::new(Phase::Expand, Order::Column, title, deeds)
            .with_hazards(compiled::readers_hazard(table, name, readers))
            .with_hazards(context.cached_plan_hazard(table).filter(|_| readers.is_empty()))
            .with_hazards(others)
    }

    fn question(&self, object: &str, metadata_only: bool, readers: &[String]) -> Question {
        let (from, to) = (kind(self.from), kind(self.to));
        let old = self.to.name.as_str();
        let mut choices = vec![Choice {
            flag: format!("#[db(renamed_from = \"{old}\", using = \"…\", back = \"…\")] on a field of a new name, such as `{old}_new`"),
            meaning: "a second column of the new type, kept in step with the old one: both releases work at every moment (using and back can be left out between integers and between texts)".to_owned(),
        }];
        if metadata_only {
            choices.push(Choice {
                flag: format!("--strategy {object}=in-place"),
                meaning: format!(
                    "the server changes metadata alone; but statements prepared before fail until their connection is renewed: {}",
                    readers.join(", ")
                ),
            });
        }
        choices.push(Choice {
            flag: format!("--strategy {object}={SWAP}"),
            meaning: "a second column, kept in step and filled, takes the name in one moment of the contract: until then every release works with the old type, from then on only the new one (asks for consent)".to_owned(),
        });
        let how = if metadata_only {
            "the server would change metadata alone, but the old release can notice it"
        } else {
            "the server would write the whole table anew under a lock that blocks readers and writers"
        };
        Question {
            object: object.to_owned(),
            text: format!("{object} changes its type from {from} to {to} under the same name: {how}"),
            choices,
        }
    }
}

/// The type with its collation, in words.
fn kind(column: &Column) -> String {
    match &column.collation {
        Some(collation) => format!("{} COLLATE {collation}", column.sql_type),
        None => column.sql_type.to_string(),
    }
}

/// Whether the server changes metadata alone (measured on 12 to 18; `timestamp` ↔ `timestamptz` depends on the
/// session's time zone and is left out).
fn is_metadata_only(from: &SqlType, to: &SqlType) -> bool {
    if from.array || to.array || from.namespace.is_some() || to.namespace.is_some() {
        return false;
    }
    let limit = |kind: &SqlType| kind.modifier.as_ref().map(|modifier| modifier.parse::<u32>().unwrap_or(0));
    let grows = match (limit(from), limit(to)) {
        (_, None) => true,
        (Some(old), Some(new)) => new >= old,
        (None, Some(_)) => false,
    };
    match (from.name.as_str(), to.name.as_str()) {
        ("character varying", "character varying" | "text") | ("bit varying", "bit varying") => grows,
        ("text", "character varying") => to.modifier.is_none(),
        ("cidr", "inet") => true,
        ("timestamp with time zone", "timestamp with time zone")
        | ("timestamp without time zone", "timestamp without time zone")
        | ("time without time zone", "time without time zone")
        | ("interval", "interval") => grows,
        ("numeric", "numeric") => numeric_grows(from, to),
        _ => false,
    }
}

/// A larger precision at the same scale, or no limit at all.
fn numeric_grows(from: &SqlType, to: &SqlType) -> bool {
    let parts = |kind: &SqlType| {
        let modifier = kind.modifier.clone()?;
        let (precision, scale) = modifier.split_once(',')?;
        Some((precision.parse::<u32>().ok()?, scale.parse::<i32>().ok()?))
    };
    match (parts(from), parts(to)) {
        (_, None) => to.modifier.is_none(),
        (Some((old, old_scale)), Some((new, new_scale))) => new >= old && old_scale == new_scale,
        (None, Some(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_server_does_by_metadata_is_in_place() {
        let check = |from, to| is_metadata_only(&SqlType::parse(from), &SqlType::parse(to));
        for (from, to) in [
            ("varchar(10)", "varchar(20)"),
            ("varchar(10)", "text"),
            ("numeric(6,2)", "numeric(10,2)"),
            ("numeric(6,2)", "numeric"),
            ("text", "varchar"),
        ] {
            assert!(check(from, to), "{from} to {to}");
        }
        for (from, to) in [
            ("varchar(20)", "varchar(10)"),
            ("int", "bigint"),
            ("numeric(6,2)", "numeric(10,3)"),
            ("text", "varchar(9)"),
            ("timestamp", "timestamptz"),
            ("varchar(1)[]", "varchar(2)[]"),
        ] {
            assert!(!check(from, to), "{from} to {to}");
        }
    }
}
