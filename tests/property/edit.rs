//! Random changes of schemas.

use rand::RngExt;
use rand::rngs::StdRng;

use crate::column::{Column, KINDS};
use crate::schema::{NAMES, Schema, one_of};
use crate::table::Table;

/// The same schema after some changes.
pub(crate) fn edited(schema: &Schema, random: &mut StdRng) -> Schema {
    let mut schema = schema.clone();
    for _ in 0..random.random_range(1..7) {
        edit(&mut schema, random);
    }
    schema
}

fn edit(schema: &mut Schema, random: &mut StdRng) {
    let at = random.random_range(0..schema.tables.len());
    let others: Vec<Table> = schema.tables[..at].to_vec();
    let table = &mut schema.tables[at];
    let column = (!table.columns.is_empty()).then(|| random.random_range(0..table.columns.len()));
    match (random.random_range(0..12), column) {
        (0 | 1, _) => table.columns.push(Column::random(&table.columns, random)),
        (2, Some(column)) => table.drop_column(column),
        (3, Some(column)) => table.columns[column].not_null ^= true,
        // A default that a check refuses stands until the contract, where the new release may leave the column out.
        (4, Some(column)) if !table.is_checked(column) => table.columns[column].set_default(random),
        (5, Some(column)) => retype(table, column, random),
        (6 | 7, _) => table.add_part(&others, random),
        (8, _) if !table.parts.is_empty() => {
            let part = random.random_range(0..table.parts.len());
            table.parts.remove(part);
        }
        (9, _) => table.comment = Some(format!("Comment {}", random.random_range(0..9))),
        (10, _) => add_table(schema, random),
        (11, _) => drop_table(schema, at),
        _ => schema.more_values.push(format!("value {}", schema.more_values.len())),
    }
}

/// Another type; what was over the column goes, since it may not fit any more.
fn retype(table: &mut Table, at: usize, random: &mut StdRng) {
    let old = table.columns[at].clone();
    table.parts.retain(|part| !part.needs.contains(&old.name));
    let mut new = Column { kind: *one_of(KINDS, random), ..old };
    new.set_default(random);
    table.columns[at] = new;
}

fn add_table(schema: &mut Schema, random: &mut StdRng) {
    let taken = |name: &&str| schema.tables.iter().any(|table| table.name == *name);
    if let Some(name) = NAMES.into_iter().find(|name| !taken(name)) {
        schema.tables.push(Table::random(name, &schema.tables, random));
    }
}

/// Takes a table away, if any other is left.
fn drop_table(schema: &mut Schema, at: usize) {
    if schema.tables.len() < 2 {
        return;
    }
    let gone = schema.tables.remove(at);
    for table in &mut schema.tables {
        table.parts.retain(|part| part.references.as_ref() != Some(&gone.name));
    }
}
