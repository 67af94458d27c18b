//! Constraints that are stricter than those a query was written for: whether it passes them is up to its values.

use std::collections::BTreeSet;

use schema_model::{ForeignKey, IndexKeyTarget, Table, sql_text};

use super::super::finding::{Class, Verdict};
use super::Case;
use super::write::table;
use crate::dialect::postgres::compat::{Given, Write, WriteKind};

const LATER: &str =
    "tighten in the contract, when the old release is gone; until then the new release keeps to what the old one needs";

/// Everything about constraints.
pub(super) fn all(case: &Case<'_>) -> Vec<Verdict> {
    let mut whats = BTreeSet::new();
    for write in &case.candidate.writes {
        let (Some(was), Some(is)) = (table(case.home, write), table(case.now, write)) else { continue };
        if write.kind == WriteKind::Delete {
            whats.extend(referencing(case, was, is));
            continue;
        }
        let written = written(write, was);
        whats.extend(not_null(&written, was, is));
        whats.extend(unique(&written, was, is));
        whats.extend(checks(&written, was, is));
        whats.extend(foreign_keys(&written, was, is));
    }
    whats.into_iter().map(|what| Verdict::new(Class::DependsOnValues, what, LATER)).collect()
}

/// The columns that are given values that the text doesn't show.
pub(super) fn written(write: &Write, table: &Table) -> BTreeSet<String> {
    let named = write.columns.iter().enumerate().filter(|(_, (_, given))| *given == Given::Value);
    let name = |(place, (name, _)): (usize, &(Option<String>, Given))| match name {
        Some(name) => Some(name.clone()),
        None => table.columns.get(place).map(|column| column.name.as_str().to_owned()),
    };
    named.filter_map(name).collect()
}

fn not_null(written: &BTreeSet<String>, was: &Table, is: &Table) -> Vec<String> {
    let columns = is.columns.iter().filter(|column| !column.nullable && written.contains(column.name.as_str()));
    let loose = columns.filter(|column| was.column(&column.name).is_some_and(|earlier| earlier.nullable));
    loose
        .map(|column| format!("it may write NULL into \"{}\", which is NOT NULL at this moment", column.name.as_str()))
        .collect()
}

/// The column sets that are unique, whether by a constraint or by an index.
fn unique_sets(table: &Table) -> BTreeSet<Vec<String>> {
    let text = |names: &[schema_model::Identifier]| names.iter().map(|name| name.as_str().to_owned()).collect();
    let indexes = table.indexes.iter().filter(|index| index.unique && !index.invalid).map(|index| {
        let keys = index.keys.iter().map(|key| match &key.target {
            IndexKeyTarget::Column(name) => name.as_str().to_owned(),
            IndexKeyTarget::Expression(expression) => format!("({expression})"),
        });
        let predicate = index.predicate.iter().map(|predicate| format!("where {predicate}"));
        keys.chain(predicate).collect()
    });
    let constraints = table.uniques.iter().map(|unique| text(&unique.columns));
    constraints.chain(table.primary_key.iter().map(|key| text(&key.columns))).chain(indexes).collect()
}

fn unique(written: &BTreeSet<String>, was: &Table, is: &Table) -> Vec<String> {
    let earlier = unique_sets(was);
    let touched = |set: &&Vec<String>| {
        set.iter().any(|key| written.iter().any(|column| key == column || sql_text::mentions(key, column)))
    };
    let sets = unique_sets(is);
    let new = sets.iter().filter(|set| !earlier.contains(*set)).filter(touched);
    new.map(|set| format!("it may write a duplicate into ({}), which is unique at this moment", set.join(", ")))
        .collect()
}

fn checks(written: &BTreeSet<String>, was: &Table, is: &Table) -> Vec<String> {
    let text = |table: &Table| -> BTreeSet<String> {
        table.checks.iter().map(|check| check.expression.canonical().to_owned()).collect()
    };
    let earlier = text(was);
    // SET NOT NULL is prepared by such a check: what was NOT NULL already passes it.
    let is_not_null = |check: &String| {
        let columns = was.columns.iter().filter(|column| !column.nullable);
        columns.into_iter().any(|column| {
            let words = sql_text::meaning(sql_text::without_parentheses(check)).join(" ").to_lowercase();
            words == format!("{} is not null", column.name.as_str())
        })
    };
    let new = text(is).into_iter().filter(|check| !earlier.contains(check) && !is_not_null(check));
    let touched = new.filter(|check| written.iter().any(|column| sql_text::mentions(check, column)));
    touched
        .map(|check| {
            format!("it may write what a check forbids at this moment: {}", sql_text::without_parentheses(&check))
        })
        .collect()
}

fn foreign_keys(written: &BTreeSet<String>, was: &Table, is: &Table) -> Vec<String> {
    let same =
        |one: &ForeignKey, other: &ForeignKey| one.columns == other.columns && one.references == other.references;
    let new = is.foreign_keys.iter().filter(|key| !was.foreign_keys.iter().any(|earlier| same(earlier, key)));
    let touched = new.filter(|key| key.columns.iter().any(|column| written.contains(column.as_str())));
    touched
        .map(|key| format!("it may write what {} doesn't have, which is referenced at this moment", key.references))
        .collect()
}

/// Foreign keys to the table whose DELETE is another one than before.
fn referencing(case: &Case<'_>, was: &Table, is: &Table) -> Vec<String> {
    let mut whats = Vec::new();
    for table in case.now.inspection.catalog.tables.values() {
        for key in table.foreign_keys.iter().filter(|key| key.references == is.name) {
            let earlier = case.home.inspection.catalog.tables.get(&table.name).into_iter();
            let mut earlier = earlier.flat_map(|table| &table.foreign_keys);
            let before = earlier.find(|earlier| earlier.references == was.name && earlier.columns == key.columns);
            let action = |key: &ForeignKey| key.on_delete.as_sql();
            match before {
                Some(before) if action(before) != action(key) => whats.push(format!(
                    "rows of {} that reference what it deletes: was {}, is {}",
                    table.name,
                    action(before),
                    action(key)
                )),
                None => whats.push(format!("rows of {} reference what it deletes: {}", table.name, action(key))),
                Some(_) => {}
            }
        }
    }
    whats
}
