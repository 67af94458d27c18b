//! Constraints and indexes of a table.

use syn::Path;

use super::super::declaration::Declaration;
use super::super::scope::Resolved;
use super::{Context, Lowered, columns};
use crate::constraint::{ForeignKey, PrimaryKey};
use crate::declare::item::Kind;
use crate::declare::key::{self, Reference, UniqueKey};
use crate::declare::mistake::{Mistakes, nearest};
use crate::declare::table_item::TableItem;
use crate::name::Identifier;
use crate::table::Table;

/// Adds what the struct declares and what its fields declare, those of flattened structs included.
pub(crate) fn add(
    context: Context<'_>,
    declaration: &Declaration,
    item: &TableItem,
    columns: &[Lowered<'_>],
    table: &mut Table,
    mistakes: &mut Mistakes,
) {
    table.primary_key = primary_key(item, columns);
    let fields = || columns.iter().map(|each| each.field);
    for unique in item.uniques.iter().chain(fields().flat_map(|field| &field.uniques)) {
        match unique {
            UniqueKey::Constraint(unique) => table.uniques.push(unique.noun.clone()),
            UniqueKey::Index(index) => table.indexes.push(index.noun.clone()),
        }
    }
    let indexes = item.indexes.iter().chain(fields().flat_map(|field| &field.indexes));
    table.indexes.extend(indexes.map(|index| index.noun.clone()));
    let checks = item.checks.iter().chain(fields().flat_map(|field| &field.checks));
    table.checks.extend(checks.map(|check| check.noun.clone()));
    for reference in &item.foreign_keys {
        table.foreign_keys.extend(foreign_key(context, declaration, reference, mistakes));
    }
    for each in columns {
        // What is wrong in a flattened struct is said there.
        let mut elsewhere = Mistakes::default();
        let own = std::ptr::eq(each.declaration, declaration);
        let mistakes = if own { &mut *mistakes } else { &mut elsewhere };
        for reference in &each.field.references {
            table.foreign_keys.extend(foreign_key(context, each.declaration, reference, mistakes));
        }
    }
}

/// The primary key of the struct, or of its fields in their order.
fn primary_key(item: &TableItem, columns: &[Lowered<'_>]) -> Option<PrimaryKey> {
    if let Some(key) = &item.primary_key {
        return Some(key.noun.clone());
    }
    let marked = columns.iter().filter(|each| each.field.primary_key);
    let columns: Vec<Identifier> = marked.map(|each| each.column.name.clone()).collect();
    (!columns.is_empty()).then_some(PrimaryKey {
        name: None,
        columns,
        include: Vec::new(),
        deferrable: crate::constraint::Deferrable::default(),
    })
}

fn foreign_key(
    context: Context<'_>,
    declaration: &Declaration,
    reference: &Reference,
    mistakes: &mut Mistakes,
) -> Option<ForeignKey> {
    let (target, item) = target(context, declaration, &reference.target, mistakes)?;
    let mut elsewhere = Mistakes::default();
    let columns = columns::of(context, target, item, &mut elsewhere);
    let known: Vec<&str> = columns.iter().map(|each| each.column.name.as_str()).collect();
    let mut fine = true;
    for named in reference.referenced.iter().filter(|named| !known.contains(&named.value.as_str())) {
        let message = format!("`{}` has no column `{}`", target.item.ident, named.value.as_str());
        mistakes.with_nearest(&named.at, message, named.value.as_str(), &known);
        fine = false;
    }
    fine.then(|| ForeignKey {
        name: reference.name.clone(),
        columns: key::names(&reference.columns),
        references: item.name.clone(),
        referenced_columns: key::names(&reference.referenced),
        match_full: reference.match_full,
        on_delete: reference.on_delete,
        on_update: reference.on_update,
        deferrable: reference.deferrable,
        not_valid: reference.not_valid,
    })
}

/// The table that a foreign key is about.
pub(super) fn target<'a>(
    context: Context<'a>,
    declaration: &Declaration,
    path: &Path,
    mistakes: &mut Mistakes,
) -> Option<(&'a Declaration, &'a TableItem)> {
    let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    let found = context.tree.resolve(declaration.module, &segments, path.leading_colon.is_some());
    if let Resolved::Here(target) = &found {
        if context.declarations.is_broken(target) {
            return None;
        }
        let found = context.declarations.of(target).map(|index| &context.declarations.list[index]);
        if let Some(found) = found
            && let Kind::Table(table) = &found.item.kind
            && table.is_table()
        {
            return Some((found, table));
        }
    }
    mistakes.with_help(path, unknown(&segments), help(context, &segments));
    None
}

fn unknown(segments: &[String]) -> String {
    format!("`{}` is no table", segments.join("::"))
}

/// Names the struct that was probably meant.
fn help(context: Context<'_>, segments: &[String]) -> String {
    let tables = context
        .declarations
        .list
        .iter()
        .filter(|each| matches!(&each.item.kind, Kind::Table(table) if table.is_table()));
    let names: Vec<String> = tables.map(|each| each.item.ident.to_string()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    match segments.last().and_then(|last| nearest(last, &names)) {
        Some(near) if segments.last().is_none_or(|last| last != near) => {
            format!("did you mean `{near}`?")
        }
        Some(near) => format!("bring `{near}` into scope, or write its path"),
        None => "the target is a struct with `#[derive(Schema)]` that is no embedded one".to_owned(),
    }
}
