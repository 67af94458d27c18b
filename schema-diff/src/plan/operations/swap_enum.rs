//! Labels of an enum type that go, get other names or stand in another order. The server can't do that to a type that is
//! used, but for new names, which the old release doesn't know: so it is another type, and another column wherever the
//! old one has it.
//!
//! Either the struct declares both under names of their own, which serves both releases at every moment; or, by `swap`,
//! a second type and second columns take the names in the switch.

use schema_model::{Catalog, Column, EnumType, Expression, ObjectKind, QualifiedName, SqlObject, SqlType, sql_text};

use super::swap_column::SWAP;
use super::{aside, conversion, object};
use crate::change::Change;
use crate::diff::object::with_leaning;
use crate::phase::{Part, Phase};
use crate::plan::Context;
use crate::plan::answer::{Choice, Consent, Obstacle, Question, short_name};
use crate::plan::hazard::{Hazard, HazardKind};
use crate::plan::operation::{Operation, Steps};
use crate::plan::step::{Deed, Order, Step};
use crate::postcondition::{ObjectState, Postcondition};

pub(super) struct SetEnumValues<'a> {
    pub(super) from: &'a EnumType,
    pub(super) to: &'a EnumType,
}

impl Operation for SetEnumValues<'_> {
    /// Always an obstacle: where an answer is given, something else is planned.
    fn steps(&self, context: &Context<'_>) -> Steps {
        let name = &self.to.name;
        let object = short_name(name, None);
        let gone: Vec<&str> = gone(self.from, self.to).collect();
        let what = match gone.as_slice() {
            [] => "its values stand in another order".to_owned(),
            gone => format!("'{}' is no longer among its values", gone.join("', '")),
        };
        let aside = format!("{}_2", name.name.as_str());
        let users: Vec<String> =
            users(context.from, name).map(|(table, column)| format!("{}.{}", table, column.name)).collect();
        let edit = match users.as_slice() {
            [] => format!("the new values under another name (`type_name = \"{aside}\"`), and drop this type"),
            users => format!(
                "the new values under another name (`type_name = \"{aside}\"`), in a column of another name beside {} (`renamed_from = \"…\", using = \"…\", back = \"…\"`)",
                users.join(", ")
            ),
        };
        let choices = vec![
            Choice {
                flag: edit,
                meaning: "both releases work at every moment; the old type goes with the last column that has it"
                    .to_owned(),
            },
            Choice {
                flag: format!("--strategy {object}={SWAP}"),
                meaning: "a second type and second columns, kept in step and filled, take the names in one moment of the contract: until then every release reads and writes the old values, from then on only the new ones (asks for consent)".to_owned(),
            },
        ];
        let text = format!("{object}: {what}, and the server has no way to say that of a type that is used");
        Err(vec![Obstacle::Question(Question { object, text, choices })])
    }
}

fn gone<'a>(from: &'a EnumType, to: &'a EnumType) -> impl Iterator<Item = &'a str> {
    from.values.iter().filter(|value| !to.values.contains(value)).map(String::as_str)
}

/// The columns of a side that have the type, or arrays of it.
fn users<'a>(catalog: &'a Catalog, name: &QualifiedName) -> impl Iterator<Item = (&'a QualifiedName, &'a Column)> {
    let columns = catalog.tables.values().flat_map(|table| table.columns.iter().map(|column| (&table.name, column)));
    columns.filter(move |(_, column)| is_of(&column.sql_type, name))
}

fn is_of(sql_type: &SqlType, name: &QualifiedName) -> bool {
    sql_type.qualified_name().as_ref() == Some(name)
}

/// A type that is exchanged for another one of its name.
pub(crate) struct SwapEnum<'a> {
    from: &'a EnumType,
    to: &'a EnumType,
    /// The name that the new one has until the switch.
    aside: QualifiedName,
    /// What was asked for.
    pub(crate) cause: &'a Change,
}

/// Every enum type that is swapped in this plan.
pub(crate) fn all<'a>(context: &Context<'a>) -> Vec<SwapEnum<'a>> {
    let swapped = context.changes.iter().filter_map(|change| match change {
        Change::SetEnumValues { from, to } if context.answers.strategy(&short_name(&to.name, None)) == Some(SWAP) => {
            Some(SwapEnum { from, to, aside: aside::relation(context, &to.name, "new"), cause: change })
        }
        _ => None,
    });
    swapped.collect()
}

impl<'a> SwapEnum<'a> {
    fn name(&self) -> &'a QualifiedName {
        &self.to.name
    }

    fn key(&self) -> String {
        format!("type {}", self.name())
    }

    /// The columns that have the type before and after, each in both forms.
    pub(super) fn columns<'b>(&self, context: &Context<'b>) -> Vec<(&'b QualifiedName, &'b Column, &'b Column)> {
        let both = users(context.from, self.name()).filter_map(|(table, from)| {
            let to = context.new_table(table)?.column(&from.name)?;
            (from.sql_type == to.sql_type && from.generated.is_none() && to.generated.is_none())
                .then_some((table, from, to))
        });
        both.collect()
    }

    /// Gives the new type, and everything that has it, the name aside.
    pub(super) fn put_beside(&self, catalog: &mut Catalog) {
        catalog.enums.insert(self.name().clone(), self.from.clone());
        catalog.enums.insert(self.aside.clone(), EnumType { name: self.aside.clone(), ..self.to.clone() });
        for table in catalog.tables_mut() {
            for column in table.columns.iter_mut().filter(|column| is_of(&column.sql_type, self.name())) {
                column.sql_type = self.retyped(&column.sql_type);
            }
            for expression in table.expressions_mut() {
                let text = sql_text::replace_type(expression.canonical(), self.name(), &self.aside);
                if text != expression.canonical() {
                    *expression = Expression::inspected(text);
                }
            }
        }
    }

    fn retyped(&self, sql_type: &SqlType) -> SqlType {
        SqlType {
            namespace: Some(self.aside.namespace.clone()),
            name: self.aside.name.as_str().to_owned(),
            ..sql_type.clone()
        }
    }

    /// The new value over the old column and the old one over the new column, by way of the labels as text. Where a label
    /// has no other side, the struct says what becomes of it.
    pub(super) fn conversion(
        &self,
        table: &QualifiedName,
        from: &Column,
        to: &Column,
    ) -> Result<(String, String), Obstacle> {
        let loses = |values: &mut dyn Iterator<Item = &str>| values.next().is_some();
        let missing = [
            to.hints.using.is_none() && loses(&mut gone(self.from, self.to)),
            to.hints.back.is_none() && loses(&mut gone(self.to, self.from)),
        ];
        if missing.contains(&true) {
            let asked = |key: &str, what: &str, column: &Column, labels: Vec<&str>| {
                let (name, first, all) = (column.name.quoted(), labels[0], labels.join("', '"));
                format!(
                    "{what} '{all}' (`{key} = \"CASE {name}::text WHEN '{first}' THEN '…' ELSE {name}::text END\"`)"
                )
            };
            let mut what = Vec::new();
            if missing[0] {
                what.push(asked("using", "what becomes of", from, gone(self.from, self.to).collect()));
            }
            if missing[1] {
                what.push(asked("back", "what the old release reads for", to, gone(self.to, self.from).collect()));
            }
            return Err(Obstacle::Mistake {
                answers: conversion::answers(table, to, missing.map(|missing| missing.then_some(conversion::ANY))),
                position: to.hints.position.clone(),
                message: format!("{table}.{}: say {}, each the label as text", to.name, what.join(", and ")),
            });
        }
        let text = if from.sql_type.array { "text[]" } else { "text" };
        let cast = |given: &Option<String>, column: &Column, target: &SqlType| match given {
            Some(expression) => format!("({expression})::{text}::{target}"),
            None => format!("{}::{text}::{target}", column.name.quoted()),
        };
        let using = cast(&to.hints.using, from, &self.retyped(&to.sql_type));
        Ok((using, cast(&to.hints.back, to, &from.sql_type)))
    }

    /// What stands in the way of this one.
    pub(crate) fn obstacles(&self, context: &Context<'_>) -> Vec<Obstacle> {
        let (name, object) = (self.name(), short_name(self.name(), None));
        let flag = format!("swap:{object}");
        if !context.answers.allows(&flag) {
            let text = format!(
                "{name} has other values from one moment of the contract on: until then every release reads and writes the old ones, and the new release must decode them too; from then on only the new ones"
            );
            return vec![Obstacle::Consent(Consent { flag, text })];
        }
        let uses = self.unknown_uses(context);
        if uses.is_empty() {
            return Vec::new();
        }
        let what = format!(
            "it is used by {}, which can't be taken along to a second type: drop or change that in a migration before, or add it in one behind",
            uses.join(", ")
        );
        vec![Obstacle::Unhandled { object: format!("enum type {name}"), what }]
    }

    /// What has the type and isn't made anew in the switch.
    fn unknown_uses(&self, context: &Context<'_>) -> Vec<String> {
        let columns = self.columns(context);
        let is_taken = |table: &QualifiedName, column: &Column| {
            columns.iter().any(|(other, own, _)| *other == table && own.name == column.name)
        };
        let named = |(table, column): (&QualifiedName, &Column)| format!("column {table}.{}", column.name);
        let goes = |table: &QualifiedName, column: &Column| {
            context.old_table(table).is_some()
                && context.new_table(table).is_none_or(|new| new.column(&column.name).is_none())
        };
        let live = users(&context.facts.catalog, self.name())
            .filter(|(table, column)| !is_taken(table, column) && !goes(table, column));
        let coming = users(context.to, self.name()).filter(|(table, column)| !is_taken(table, column));
        let mut uses: Vec<String> = live.chain(coming).map(named).collect();
        let leaning = with_leaning(&context.facts.catalog, |object| object.needs.contains(&self.key()));
        let leaning = leaning.into_iter().filter(|key| !self.is_remade(key, context));
        uses.extend(leaning.cloned());
        uses.sort();
        uses.dedup();
        uses
    }

    /// Whether what leans on the type is declared and can go and come in a moment. A domain or a composite type can't, while
    /// a column may have it.
    fn is_remade(&self, key: &str, context: &Context<'_>) -> bool {
        let kinds = [ObjectKind::Domain, ObjectKind::CompositeType, ObjectKind::MaterializedView];
        context.from.objects.get(key).is_some_and(|object| !kinds.contains(&object.kind))
    }

    /// Whether an object is made by the exchange: one that leans on the type in either form.
    pub(crate) fn makes(&self, change: &Change, context: &Context<'_>) -> bool {
        match change {
            Change::AddObject(object) => object.needs.contains(&self.key()),
            Change::ReplaceObject { from, to } => {
                to.needs.contains(&self.key()) || self.leaning(context).iter().any(|one| one.key() == from.key())
            }
            _ => false,
        }
    }

    fn leaning<'b>(&self, context: &Context<'b>) -> Vec<&'b SqlObject> {
        let keys = with_leaning(context.from, |object| object.needs.contains(&self.key()));
        keys.into_iter().filter_map(|key| context.from.objects.get(key)).collect()
    }

    /// The new type beside the old one; in the switch the old one goes and the new one takes its name.
    pub(crate) fn exchange(&self, context: &Context<'_>) -> Vec<Step> {
        let (name, aside) = (self.name(), &self.aside);
        let beside = Deed::CreateEnumBeside(EnumType { name: aside.clone(), ..self.to.clone() });
        let create =
            Step::new(Phase::Expand, Order::Type, format!("create enum type {aside} beside {name}"), vec![beside])
                .done_when(Postcondition::Object(ObjectState::TypeExists(aside.clone())));
        let drop = vec![Deed::DropEnum(name.clone())];
        let drop = Step::contract(Part::Switch, Order::DropType, format!("drop the old enum type {name}"), drop);
        let mut rename = vec![Deed::RenameEnum { from: aside.clone(), to: name.clone() }];
        rename.extend(self.privileges(context).map(|object| Deed::CreateObject(Box::new(object.clone()))));
        let title = format!("give enum type {aside} the name {name}");
        let text = format!("a pool must open new connections when {name} is another type: they know it by its number");
        let rename = Step::contract(Part::Switch, Order::RenameTable, title, rename)
            .with_hazards([Hazard::new(HazardKind::CachedPlan, text)]);
        let leaning = self.leaning(context).into_iter();
        let remade = leaning.filter_map(|old| Some((old, context.to.objects.get(&old.key())?)));
        let remade = remade.flat_map(|(old, new)| object::remade(old, new, context));
        let is_new = |object: &&SqlObject| {
            object.needs.contains(&self.key()) && !context.from.objects.contains_key(&object.key())
        };
        let late = context.to.objects.values().filter(is_new).flat_map(|object| object::made_late(object, context));
        [create, drop, rename].into_iter().chain(remade).chain(late).collect()
    }

    /// Who may use the type, by its name.
    fn privileges<'b>(&self, context: &Context<'b>) -> impl Iterator<Item = &'b SqlObject> {
        let own = format!("TYPE {}", self.name());
        let live = context.facts.catalog.objects.values();
        live.filter(move |object| object.kind == ObjectKind::Privileges && object.name == own)
    }
}
