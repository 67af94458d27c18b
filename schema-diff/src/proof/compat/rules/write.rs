//! What is written: columns that need a value and get none, and columns that get it by their place.

use schema_model::{Column, Table};

use super::super::finding::{Class, Verdict};
use super::Case;
use crate::dialect::postgres::compat::{Given, Snapshot, Write, WriteKind};

/// Everything about what is written.
pub(super) fn all(case: &Case<'_>) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    for write in &case.candidate.writes {
        let (Some(was), Some(is)) = (table(case.home, write), table(case.now, write)) else { continue };
        verdicts.extend(without_value(case, write, was, is));
        if write.kind == WriteKind::Insert {
            verdicts.extend(by_place(write, was, is));
            verdicts.extend(other_default(write, was, is));
        }
    }
    verdicts
}

/// The table that is written, where it is one.
pub(super) fn table<'a>(snapshot: &'a Snapshot, write: &Write) -> Option<&'a Table> {
    let relation = snapshot.relation(write.namespace.as_deref(), &write.table)?;
    let mut tables = snapshot.inspection.catalog.tables.values().map(|table| &**table);
    tables
        .find(|table| table.name.name.as_str() == relation.name && table.name.namespace.as_str() == relation.namespace)
}

/// What a column is given: nothing where an INSERT leaves it out.
fn given(write: &Write, place: usize, column: &Column) -> Option<Given> {
    if write.names_columns {
        let named = |name: &Option<String>| name.as_deref() == Some(column.name.as_str());
        return write.columns.iter().find(|(name, _)| named(name)).map(|(_, given)| *given);
    }
    write.columns.get(place).map(|(_, given)| *given)
}

/// Why a column stays without the value that it must have.
fn lacks(write: &Write, place: usize, column: &Column) -> Option<String> {
    if column.nullable {
        return None;
    }
    let has_own = column.default.is_some() || column.identity.is_some() || column.generated.is_some();
    match (write.kind, given(write, place, column)) {
        (WriteKind::Insert | WriteKind::Update, Some(Given::Null)) => {
            Some(format!("it gives NULL to \"{}\", which is NOT NULL", column.name.as_str()))
        }
        (WriteKind::Insert, None | Some(Given::Default)) if !has_own => {
            Some(format!("it leaves out \"{}\", which is NOT NULL and has no default", column.name.as_str()))
        }
        _ => None,
    }
}

fn without_value(case: &Case<'_>, write: &Write, was: &Table, is: &Table) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    for (place, column) in is.columns.iter().enumerate() {
        let Some(what) = lacks(write, place, column) else { continue };
        let earlier = was.columns.iter().enumerate().find(|(_, earlier)| earlier.name == column.name);
        if earlier.is_some_and(|(place, earlier)| lacks(write, place, earlier).is_some()) {
            continue;
        }
        if is_filled_by_a_trigger(case.now, is, column) {
            continue;
        }
        let way_out = format!(
            "give \"{0}\" a default until this release is gone, or leave it nullable until then (SET NOT NULL in contract)",
            column.name.as_str()
        );
        verdicts.push(Verdict::new(Class::Fails, what, way_out));
    }
    verdicts
}

/// Whether a trigger that fires before the row is written names the column as that of the new row.
fn is_filled_by_a_trigger(now: &Snapshot, table: &Table, column: &Column) -> bool {
    let facts = now.inspection.facts_of(&table.name);
    let triggers = facts.into_iter().flat_map(|facts| &facts.triggers);
    let name = column.name.as_str().to_lowercase();
    triggers.filter(|trigger| trigger.before && trigger.for_each_row && trigger.on_insert).any(|trigger| {
        let body = trigger.body.to_lowercase();
        [format!("new.{name}"), format!("new.\"{name}\"")].iter().any(|field| body.contains(field.as_str()))
    })
}

/// Without a column list the values go where the columns stand.
fn by_place(write: &Write, was: &Table, is: &Table) -> Option<Verdict> {
    if write.names_columns {
        return None;
    }
    let names = |table: &Table| -> Vec<String> {
        table.columns.iter().take(write.columns.len()).map(|column| column.name.as_str().to_owned()).collect()
    };
    let (was, is) = (names(was), names(is));
    let what = format!("without a column list its values go into {} instead of {}", is.join(", "), was.join(", "));
    let way_out = "name the columns of the INSERT, and deploy that before the migration";
    (was != is).then(|| Verdict::new(Class::MeansSomethingElse, what, way_out))
}

/// A column that is left out gets another value than before.
fn other_default(write: &Write, was: &Table, is: &Table) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    for (place, column) in is.columns.iter().enumerate() {
        let Some(earlier) = was.column(&column.name) else { continue };
        let left_out = matches!(given(write, place, column), None | Some(Given::Default));
        let text = |column: &Column| column.default.as_ref().map(|default| default.canonical().to_owned());
        let (before, now) = (text(earlier), text(column));
        // A value that nobody could leave out before isn't another one.
        let needed = before.is_none() && !earlier.nullable;
        if !left_out
            || before == now
            || needed
            || lacks(write, place, column).is_some()
            || earlier.identity.is_some()
            || column.identity.is_some()
        {
            continue;
        }
        let words = |text: Option<String>| text.unwrap_or_else(|| "NULL".to_owned());
        let what = format!(
            "it leaves \"{}\" to its default, which was {} and is {}",
            column.name.as_str(),
            words(before),
            words(now)
        );
        let way_out = "write the value in the statement where it matters";
        verdicts.push(Verdict::new(Class::MeansSomethingElse, what, way_out));
    }
    verdicts
}
