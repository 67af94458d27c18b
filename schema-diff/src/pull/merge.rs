//! A second pull: structs that are there already are edited where they stand, and only where they differ.

mod attributes;
mod column;
mod enum_type;
pub(super) mod imports;
mod origins;
pub(super) mod source;
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use schema_model::declare::{DeclaredItem, DeclaredKind};
use schema_model::{Catalog, QualifiedName};
use syn::Item;

use super::context::Context;
use super::home::{Existing, Home};
use super::{Note, Options, PullError, Subject, other_tools};
use source::Source;

/// Files with what was changed in them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// The new text of each file that changes.
    pub files: BTreeMap<PathBuf, String>,
    /// The tables and types whose declarations change.
    pub changed: BTreeSet<QualifiedName>,
    /// What is left to people.
    pub notes: Vec<Note>,
}

/// Brings declarations in step with a catalog. `declared` is what they say, in the server's form and with the names that
/// the server has for what they leave open.
pub fn merge(
    subject: Subject<'_>,
    declared: &Catalog,
    existing: &Existing,
    options: &Options,
) -> Result<Merged, PullError> {
    let catalog = other_tools::left_out(subject.catalog, options);
    let context = Context::new(&catalog, subject.domains, options, existing);
    let mut by_file: BTreeMap<&PathBuf, Vec<&DeclaredItem>> = BTreeMap::new();
    for item in &existing.items {
        by_file.entry(&item.file).or_default().push(item);
    }
    let mut merged = Merged::default();
    for (file, items) in by_file {
        let source = Source::open(file)?;
        let mut edited = source.clone();
        let mut home = existing.home.clone();
        let mut context = context.clone();
        for item in items {
            if Home::of(item) != home {
                home = Home::of(item);
                context = context.seen_from(&home, existing);
            }
            edit(&source, &mut edited, item, declared, &context, &mut merged);
        }
        if edited.edits() > 0 {
            merged.files.insert(file.clone(), edited.finished());
        }
    }
    merged.notes.sort();
    Ok(merged)
}

fn edit(
    source: &Source,
    edited: &mut Source,
    item: &DeclaredItem,
    declared: &Catalog,
    context: &Context<'_>,
    merged: &mut Merged,
) {
    let Some((syntax, neighbours)) = source::find(&source.syntax.items, item.position.line) else { return };
    match (&item.kind, syntax) {
        (DeclaredKind::Table(name), Item::Struct(syntax)) => {
            let Some(have) = declared.tables.get(name) else { return };
            let Some(want) = context.catalog.tables.get(name) else {
                let what = "it is declared and not there: its struct stays as it is".to_owned();
                return merged.notes.push(Note { object: format!("table {name}"), what });
            };
            let before = edited.edits();
            let outcome = table::Edit { item: syntax, have, want, context }.run(edited);
            imports::add(edited, neighbours, &outcome.uses);
            merged.notes.extend(outcome.notes);
            if edited.edits() > before {
                merged.changed.insert(name.clone());
            }
        }
        (DeclaredKind::Enum(name, _), Item::Enum(syntax)) => {
            let Some(want) = context.catalog.enums.get(name) else { return };
            if enum_type::edit(edited, syntax, want, context) {
                merged.changed.insert(name.clone());
            }
        }
        _ => {}
    }
}
