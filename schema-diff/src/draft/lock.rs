//! The lock file after a migration: the catalog that the proof ended with, and what the structs said about it.

use std::collections::BTreeSet;

use schema_model::{Catalog, Expression, IndexKeyTarget, ObjectKind, Table};

use crate::change::TableConstraint;
use crate::diff::constraint;
use crate::migration::LockFile;

/// Takes the managed part of the end state; each expression gets its declared text, each column its Rust type.
pub(super) fn lock_file(end: &Catalog, to: &Catalog, undeclared: BTreeSet<String>) -> LockFile {
    let mut catalog = end.clone();
    catalog.tables.retain(|name, _| to.tables.contains_key(name));
    catalog.enums.retain(|name, _| to.enums.contains_key(name));
    catalog.objects.retain(|key, _| to.objects.contains_key(key));
    // The version of an extension counts where it was asked for.
    for (key, object) in catalog.objects.iter_mut().filter(|(_, object)| object.kind == ObjectKind::Extension) {
        object.columns = to.objects.get(key).map(|declared| declared.columns.clone()).unwrap_or_default();
    }
    for table in catalog.tables_mut() {
        if let Some(declared) = to.table(&table.name) {
            annotate(table, declared);
        }
    }
    LockFile { undeclared, catalog }
}

fn annotate(table: &mut Table, declared: &Table) {
    let found = table.clone();
    for column in &mut table.columns {
        let Some(source) = declared.column(&column.name) else { continue };
        column.rust.clone_from(&source.rust);
        take_text(column.default.as_mut(), source.default.as_ref());
        take_text(column.generated.as_mut(), source.generated.as_ref());
    }
    let wanted = constraint::all(declared);
    let same = |one: TableConstraint| wanted.iter().find(|other| constraint::same(&one, other));
    for (check, before) in table.checks.iter_mut().zip(&found.checks) {
        if let Some(TableConstraint::Check(source)) = same(TableConstraint::Check(before.clone())) {
            take_text(Some(&mut check.expression), Some(&source.expression));
            check.column.clone_from(&source.column);
        }
    }
    for (index, before) in table.indexes.iter_mut().zip(&found.indexes) {
        let Some(TableConstraint::Index(source)) = same(TableConstraint::Index(before.clone())) else { continue };
        take_text(index.predicate.as_mut(), source.predicate.as_ref());
        for (key, source) in index.keys.iter_mut().zip(&source.keys) {
            key.declared.clone_from(&source.declared);
            if let (IndexKeyTarget::Expression(key), IndexKeyTarget::Expression(source)) =
                (&mut key.target, &source.target)
            {
                take_text(Some(key), Some(source));
            }
        }
    }
}

fn take_text(expression: Option<&mut Expression>, declared: Option<&Expression>) {
    if let (Some(expression), Some(declared)) = (expression, declared)
        && expression.same_as(declared)
    {
        expression.text.clone_from(&declared.text);
    }
}
