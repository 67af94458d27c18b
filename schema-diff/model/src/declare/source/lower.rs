//! From declarations to the nouns of a catalog.

mod columns;
mod default;
mod keys;
mod projection;

use std::collections::BTreeMap;

use super::column_type::Types;
use super::declaration::{Declaration, Declarations};
use super::report::{self, Mistake};
use super::tree::Tree;
use super::{Declared, tree::FileId};
use crate::column::{Column, Position};
use crate::declare::enum_item::{EnumItem, Storage};
use crate::declare::item::Kind;
use crate::declare::mistake::Mistakes;
use crate::declare::table_item::TableItem;
use crate::enum_type::EnumType;
use crate::name::QualifiedName;
use crate::table::Table;

/// Everything that the steps need.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    tree: &'a Tree,
    declarations: &'a Declarations,
    types: Types<'a>,
}

/// Makes the catalog, and notes what is wrong.
pub(crate) fn lower(tree: &Tree, declarations: &Declarations, mistakes: &mut Vec<Mistake>) -> Declared {
    let context = Context { tree, declarations, types: Types { tree, declarations } };
    let mut declared = Declared::default();
    let mut places = Places::default();
    for declaration in &declarations.list {
        let mut local = Mistakes::default();
        match &declaration.item.kind {
            Kind::Enum(item) => context.enum_type(declaration, item, &mut declared, &mut places, &mut local),
            Kind::Newtype(newtype) if newtype.sql_type.is_none() => {
                context.types.of(declaration, &newtype.inner, &mut local);
            }
            Kind::Newtype(_) => {}
            Kind::Table(table) if table.embedded => {
                columns::of(context, declaration, table, &mut local);
            }
            Kind::Table(table) if table.projection_of.is_some() => {
                projection::check(context, declaration, table, &mut local);
            }
            Kind::Table(item) => {
                let table = context.table(declaration, item, &mut local);
                if places.claim(context, declaration, "table", &table.name, &mut local) {
                    if item.unmanaged {
                        declared.unmanaged.insert(table.name.clone(), table);
                    } else {
                        declared.catalog.tables.insert(table.name.clone(), table.into());
                    }
                }
            }
        }
        let file = &tree.files[declaration.file];
        mistakes.extend(report::locate(&file.name, &file.text, local));
    }
    declared
}

impl Context<'_> {
    fn table(self, declaration: &Declaration, item: &TableItem, mistakes: &mut Mistakes) -> Table {
        let columns = columns::of(self, declaration, item, mistakes);
        let mut table = Table::new(item.name.clone());
        table.comment = declaration.item.comment.clone();
        table.renamed_from = item.renamed_from.clone();
        table.unlogged = item.unlogged;
        table.storage_parameters = item.storage_parameters.clone();
        table.position = Some(self.position(declaration));
        table.columns = columns.iter().map(|each| each.column.clone()).collect();
        keys::add(self, declaration, item, &columns, &mut table, mistakes);
        table
    }

    fn enum_type(
        self,
        declaration: &Declaration,
        item: &EnumItem,
        declared: &mut Declared,
        places: &mut Places,
        mistakes: &mut Mistakes,
    ) {
        let Storage::Native(name) = &item.storage else { return };
        let values: Vec<String> = item.variants.iter().map(|variant| variant.label.clone()).collect();
        // Two crates may each have their own Rust enum over one type of the database.
        if declared.catalog.enums.get(name).is_some_and(|earlier| earlier.values == values) {
            return;
        }
        if places.claim(self, declaration, "type", name, mistakes) {
            let comment = declaration.item.comment.clone();
            declared.catalog.enums.insert(name.clone(), EnumType { name: name.clone(), values, comment });
        }
    }

    fn position(self, declaration: &Declaration) -> Position {
        self.place(declaration.file, declaration.item.ident.span())
    }

    fn place(self, file: FileId, span: proc_macro2::Span) -> Position {
        report::position(&self.tree.files[file].name, span)
    }
}

/// Which names are taken, and where. A table and a type can't share one, since a table has a type of its own.
#[derive(Default)]
struct Places {
    taken: BTreeMap<QualifiedName, (Position, &'static str)>,
}

impl Places {
    fn claim(
        &mut self,
        context: Context<'_>,
        declaration: &Declaration,
        what: &'static str,
        name: &QualifiedName,
        mistakes: &mut Mistakes,
    ) -> bool {
        if let Some((first, kind)) = self.taken.get(name) {
            let message = format!("the {what} {name} has the name of the {kind} at {first}");
            let help = "give one of them another name, or take `derive(Schema)` off one";
            mistakes.with_help(&declaration.item.ident, message, help);
            return false;
        }
        self.taken.insert(name.clone(), (context.position(declaration), what));
        true
    }
}

/// A column with the declaration and field that it comes from, which flattening makes others than the table's.
pub(crate) struct Lowered<'a> {
    /// The column.
    pub(crate) column: Column,
    /// Its field.
    pub(crate) field: &'a crate::declare::field::Field,
    /// The declaration of the field.
    pub(crate) declaration: &'a Declaration,
}
