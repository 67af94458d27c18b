//! Columns that are renamed in place: what hangs on them follows, as the server has it, so that both sides are compared
//! with the new names on each.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schema_model::{Catalog, Expression, Identifier, QualifiedName, SqlObject, Table, sql_text};

use super::{RenameAnswers, constraint, rename, table};

/// New names of columns by the old ones.
pub(crate) type Names = BTreeMap<Identifier, Identifier>;

/// A side on which some columns have their new names already.
pub(crate) struct Followed<'a> {
    /// The side, a copy where something has another name. Its tables have their old names.
    pub(crate) catalog: Cow<'a, Catalog>,
    /// The columns, by the new name of their table.
    pub(crate) names: BTreeMap<QualifiedName, Names>,
}

/// Gives the columns their new names that are renamed in place: those of a table that is renamed itself, and those for
/// which it was asked.
pub(crate) fn follow<'a>(from: &'a Catalog, to: &Catalog, answers: &RenameAnswers) -> Followed<'a> {
    let mut followed = Followed { catalog: Cow::Borrowed(from), names: BTreeMap::new() };
    for new in to.tables.values() {
        let renamed = table::renamed_from(new, from, to);
        let Some(old) = from.table(&new.name).or(renamed) else { continue };
        let in_place = |name: &Identifier, source: &Identifier| {
            renamed.is_some() || [name, source].into_iter().any(|name| answers.is_by_view(&new.name, name))
        };
        let sources = rename::sources(old, new, answers).into_iter().filter(|(name, source)| in_place(name, source));
        let names: Names = sources.map(|(name, source)| (source, name)).collect();
        if !names.is_empty() {
            rename_columns(followed.catalog.to_mut(), &old.name, &names);
            followed.names.insert(new.name.clone(), names);
        }
    }
    followed
}

/// Gives columns of a table other names, wherever they are named.
pub(crate) fn rename_columns(catalog: &mut Catalog, name: &QualifiedName, names: &Names) {
    for other in catalog.tables_mut() {
        for key in other.foreign_keys.iter_mut().filter(|key| key.references == *name) {
            key.referenced_columns = all(&key.referenced_columns, names);
        }
    }
    let Some(table) = catalog.table_mut(name) else { return };
    for column in &mut table.columns {
        column.name = one(&column.name, names);
        column.generated =
            column.generated.as_ref().map(|expression| text(expression, table.name.name.as_str(), names));
    }
    if let Some(key) = &mut table.primary_key {
        key.columns = all(&key.columns, names);
        key.include = all(&key.include, names);
    }
    rename_constraints(table, names);
}

/// An object as it is when the table on which it hangs has another name, and columns of that have.
pub(crate) fn renamed_object(object: &SqlObject, from: &QualifiedName, to: &QualifiedName, names: &Names) -> SqlObject {
    let columns: Vec<(&str, String)> = names.iter().map(|(old, new)| (old.as_str(), new.quoted())).collect();
    let text = |text: &String| sql_text::rename_table(text, from, to, &columns);
    SqlObject {
        name: text(&object.name),
        table: Some(to.clone()),
        create: object.create.iter().map(text).collect(),
        drop: text(&object.drop),
        needs: object.needs.iter().map(text).collect(),
        ..object.clone()
    }
}

fn rename_constraints(table: &mut Table, names: &Names) {
    let names: BTreeMap<&Identifier, Identifier> = names.iter().map(|(old, new)| (old, new.clone())).collect();
    let renamed = constraint::all(table).into_iter().map(|own| constraint::renamed(&own, &names)).collect();
    constraint::replace_all(table, renamed);
}

fn one(name: &Identifier, names: &Names) -> Identifier {
    names.get(name).unwrap_or(name).clone()
}

fn all(columns: &[Identifier], names: &Names) -> Vec<Identifier> {
    columns.iter().map(|column| one(column, names)).collect()
}

fn text(expression: &Expression, table: &str, names: &Names) -> Expression {
    let new = |name: &str| names.iter().find(|(old, _)| old.as_str() == name).map(|(_, new)| new.quoted());
    Expression::inspected(sql_text::replace_columns(expression.canonical(), table, new))
}
