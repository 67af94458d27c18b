//! The columns of a struct, those of flattened fields in their places.

use super::super::declaration::Declaration;
use super::super::scope::Resolved;
use super::{Context, Lowered, default};
use crate::column::{Column, Identity, IdentityKind, RustOrigin};
use crate::declare::field::Field;
use crate::declare::item::Kind;
use crate::declare::mistake::Mistakes;
use crate::declare::rust_type::{self, Core};
use crate::declare::table_item::TableItem;
use crate::declare::{check, type_text};
use crate::name::{Identifier, QualifiedName};
use crate::sql_type::SqlType;

/// Structs nested deeper than this contain themselves.
const MAX_DEPTH: usize = 8;

/// The columns, and what is wrong with the struct's own ones. What is wrong with those of a flattened struct is said
/// where that struct is.
pub(crate) fn of<'a>(
    context: Context<'a>,
    declaration: &'a Declaration,
    table: &'a TableItem,
    mistakes: &mut Mistakes,
) -> Vec<Lowered<'a>> {
    let columns = collect(context, declaration, table, mistakes, MAX_DEPTH);
    if table.fields.iter().any(|field| field.flatten) {
        let names: Vec<Identifier> = columns.iter().map(|each| each.column.name.clone()).collect();
        check::named_columns(table, &names, mistakes);
        twice(&columns, declaration, mistakes);
    }
    columns
}

fn collect<'a>(
    context: Context<'a>,
    declaration: &'a Declaration,
    table: &'a TableItem,
    mistakes: &mut Mistakes,
    depth: usize,
) -> Vec<Lowered<'a>> {
    let mut columns = Vec::new();
    for field in &table.fields {
        if !field.flatten {
            let column = column(context, declaration, table, field, mistakes);
            columns.extend(column.map(|column| Lowered { column, field, declaration }));
        } else if let Some((inner, embedded)) = flattened(context, declaration, field, depth, mistakes) {
            let mut elsewhere = Mistakes::default();
            columns.extend(collect(context, inner, embedded, &mut elsewhere, depth - 1));
        }
    }
    columns
}

/// The struct whose columns stand in the place of a field.
fn flattened<'a>(
    context: Context<'a>,
    declaration: &Declaration,
    field: &Field,
    depth: usize,
    mistakes: &mut Mistakes,
) -> Option<(&'a Declaration, &'a TableItem)> {
    let help = "its type must be a struct of yours with `#[derive(Schema)]` and `#[db(embedded)]`";
    if depth == 0 {
        mistakes.at(&field.ty, "this struct contains itself");
        return None;
    }
    if let Core::Path(path) = rust_type::peel(&field.ty).core {
        let segments = rust_type::segments(&path);
        let external = path.path.leading_colon.is_some();
        if let Resolved::Here(target) = context.tree.resolve(declaration.module, &segments, external) {
            if context.declarations.is_broken(&target) {
                return None;
            }
            let inner = context.declarations.of(&target).map(|index| &context.declarations.list[index]);
            if let Some(inner) = inner
                && let Kind::Table(table) = &inner.item.kind
            {
                return Some((inner, table));
            }
        }
    }
    mistakes.with_help(&field.ty, "the columns of this flattened field are unknown", help);
    None
}

fn column(
    context: Context<'_>,
    declaration: &Declaration,
    table: &TableItem,
    field: &Field,
    mistakes: &mut Mistakes,
) -> Option<Column> {
    let (sql_type, optional) = column_type(context, declaration, field, mistakes)?;
    let mut column = Column::new(field.column.value.clone(), sql_type);
    column.nullable = field.nullable.unwrap_or(optional);
    column.default = default::of(context, declaration, field, &column.sql_type, mistakes);
    column.identity = field.identity.as_ref().map(|kind| identity(kind.value, field, &table.name));
    column.generated = field.generated.clone();
    column.is_virtual = field.is_virtual;
    column.settings = field.settings.clone();
    column.collation = field.collation.clone();
    column.comment = field.comment.clone();
    column.rust = (!field.unread).then(|| rust_origin(field, optional));
    column.hints = field.hints.clone();
    column.hints.position = Some(context.place(declaration.file, field.ident.span()));
    Some(column)
}

fn identity(kind: IdentityKind, field: &Field, table: &QualifiedName) -> Identity {
    let sequence = field.sequence.as_ref().map(|sequence| &sequence.value);
    Identity {
        kind,
        sequence: sequence.and_then(|sequence| sequence.qualified_name(table)),
        options: Box::new(sequence.map(|sequence| sequence.options.clone()).unwrap_or_default()),
    }
}

fn rust_origin(field: &Field, optional: bool) -> RustOrigin {
    if field.json_null {
        return RustOrigin { type_name: type_text::of(&field.ty), optional: false };
    }
    RustOrigin { type_name: type_text::without_option(&field.ty), optional }
}

/// The column's type, and whether the field can decode NULL.
fn column_type(
    context: Context<'_>,
    declaration: &Declaration,
    field: &Field,
    mistakes: &mut Mistakes,
) -> Option<(SqlType, bool)> {
    match &field.sql_type {
        Some(written) => Some((written.value.clone(), rust_type::peel(&field.ty).optional)),
        None => {
            let found = context.types.of(declaration, &field.ty, mistakes)?;
            Some((found.sql_type, found.optional))
        }
    }
}

/// Columns that a flattened struct brings in a second time.
fn twice(columns: &[Lowered<'_>], declaration: &Declaration, mistakes: &mut Mistakes) {
    for (position, each) in columns.iter().enumerate() {
        let Some(earlier) = columns[..position].iter().find(|earlier| earlier.column.name == each.column.name) else {
            continue;
        };
        let own = [each, earlier].into_iter().find(|one| std::ptr::eq(one.declaration, declaration));
        let message = format!("the column `{}` comes twice: also from a flattened struct", each.column.name);
        match own {
            Some(own) if !std::ptr::eq(each.declaration, earlier.declaration) => mistakes.at(&own.field.ident, message),
            Some(_) => {}
            None => mistakes.at(&declaration.item.ident, message),
        }
    }
}
