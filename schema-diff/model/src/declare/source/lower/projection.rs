//! Structs that read a part of a table: what they read must be there, as they read it.

use super::super::declaration::Declaration;
use super::{Context, columns, keys};
use crate::declare::mistake::Mistakes;
use crate::declare::table_item::TableItem;

/// Checks every field against the table.
pub(super) fn check(context: Context<'_>, declaration: &Declaration, item: &TableItem, mistakes: &mut Mistakes) {
    let own = columns::of(context, declaration, item, mistakes);
    let Some(path) = &item.projection_of else { return };
    let Some((target, table)) = keys::target(context, declaration, path, mistakes) else { return };
    // What is wrong with the table is said there.
    let there = columns::of(context, target, table, &mut Mistakes::default());
    let known: Vec<&str> = there.iter().map(|each| each.column.name.as_str()).collect();
    for each in own.iter().filter(|each| std::ptr::eq(each.declaration, declaration)) {
        let (column, field) = (&each.column, each.field);
        let Some(other) = there.iter().find(|other| other.column.name == column.name) else {
            let message = format!("`{}` has no column `{}`", target.item.ident, column.name.as_str());
            mistakes.with_nearest(&field.ident, message, column.name.as_str(), &known);
            continue;
        };
        if other.column.sql_type != column.sql_type {
            let message = format!("the column is {} in `{}`", other.column.sql_type, target.item.ident);
            let help =
                format!("this field reads {}: give it the other one's type, or say `type = \"…\"`", column.sql_type);
            mistakes.with_help(&field.ty, message, help);
        } else if other.column.nullable != column.nullable {
            let (is, help) = match other.column.nullable {
                true => ("may be NULL", "make the field an `Option`, or say `nullable`"),
                false => ("is never NULL", "take the `Option` away, or say `not_null`"),
            };
            mistakes.with_help(&field.ty, format_args!("the column {is} in `{}`", target.item.ident), help);
        }
    }
}
