//! Code inside the database, which the server reads only when it runs: bodies of functions and triggers that name what is
//! gone, or what has come.

use std::collections::BTreeSet;

use schema_model::Table;

use super::super::finding::{Class, Verdict};
use super::Case;
use super::write::table;
use crate::dialect::postgres::compat::{Function, Snapshot, calls, names};

/// Everything about bodies.
pub(super) fn all(case: &Case<'_>) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    let text = &case.candidate.query.text;
    for function in case.now.functions.iter().filter(|function| calls(text, &function.name)) {
        let unchanged = case.home.functions.contains(function);
        for (relation, column, gone) in changed(case.home, case.now).into_iter().filter(|_| unchanged) {
            if !names(&function.body, &relation) || !names(&function.body, &column) {
                continue;
            }
            match gone {
                true => {
                    verdicts.push(names_what_is_gone(&format!("the body of {}", function.name), &relation, &column))
                }
                false if function.variables.contains(&column) => {
                    verdicts.push(variable_like_a_column(function, &relation, &column));
                }
                false => {}
            }
        }
    }
    for write in &case.candidate.writes {
        let (Some(was), Some(is)) = (table(case.home, write), table(case.now, write)) else { continue };
        verdicts.extend(by_triggers(case, was, is));
    }
    verdicts
}

/// Triggers that read or write a column of their table which is gone.
fn by_triggers(case: &Case<'_>, was: &Table, is: &Table) -> Vec<Verdict> {
    let facts = case.now.inspection.facts_of(&is.name);
    let triggers = facts.into_iter().flat_map(|facts| &facts.triggers).filter(|trigger| !trigger.is_ours());
    let gone: Vec<&str> = (was.columns.iter())
        .filter(|column| is.column(&column.name).is_none())
        .map(|column| column.name.as_str())
        .collect();
    let mut verdicts = Vec::new();
    for trigger in triggers.filter(|trigger| trigger.enabled != 'D') {
        for column in gone.iter().filter(|column| names(&trigger.body, column)) {
            let body = format!("the function of the trigger {}", trigger.name);
            verdicts.push(names_what_is_gone(&body, is.name.name.as_str(), column));
        }
    }
    verdicts
}

/// Columns that are gone or new, each with its relation and whether it is gone.
fn changed(home: &Snapshot, now: &Snapshot) -> BTreeSet<(String, String, bool)> {
    let columns = |snapshot: &Snapshot| -> BTreeSet<(String, String)> {
        let each = snapshot
            .relations
            .values()
            .flat_map(|relation| relation.columns.values().map(|(column, _)| (relation.name.clone(), column.clone())));
        each.collect()
    };
    let (was, is) = (columns(home), columns(now));
    let gone = was.difference(&is).map(|(relation, column)| (relation.clone(), column.clone(), true));
    let new = is.difference(&was).map(|(relation, column)| (relation.clone(), column.clone(), false));
    gone.chain(new).collect()
}

const REPLACE: &str = "replace the function in expand by one that works with both forms";

fn names_what_is_gone(body: &str, relation: &str, column: &str) -> Verdict {
    Verdict::new(Class::Fails, format!("{body} names {relation}.{column}, which is gone"), REPLACE)
}

/// In plpgsql both are an error where the name stands in a query; in SQL the column is taken.
fn variable_like_a_column(function: &Function, relation: &str, column: &str) -> Verdict {
    let name = &function.name;
    match function.is_sql {
        true => {
            let what = format!(
                "{column} in the body of {name} may be the column of {relation} now, and no longer the argument"
            );
            Verdict::new(Class::MeansSomethingElse, what, REPLACE)
        }
        false => {
            let what = format!(
                "{column} in the body of {name} is a variable, and a column of {relation} now: it may be ambiguous"
            );
            Verdict::new(Class::DependsOnValues, what, REPLACE)
        }
    }
}
