//! Which expressions of a declared table no server has seen yet, and the statements that show them to one.

use std::collections::BTreeMap;

use schema_model::{Catalog, Column, Expression, Identifier, Position, Settings, SqlType, Table};

use super::Unseen;
use crate::dialect::postgres::quote;
use crate::dialect::postgres::render::table::{column_definition, create_index};
use crate::dialect::postgres::types::{is_builtin, own_storage};

/// Takes the server's form of texts that a known catalog holds on the same table: the same declared text, or a text
/// that is the server's form itself. What it is depends on types: a default on that of its column, anything else on those
/// of all columns.
pub(super) fn recognise(declared: &mut Catalog, known: &[&Catalog]) {
    for table in declared.tables_mut() {
        let known: Vec<&Table> = known.iter().filter_map(|catalog| catalog.table(&table.name)).collect();
        let alike = || known.iter().filter(|other| has_types_of(other, table));
        // What is indexed, the server writes in parentheses of its own.
        let indexed: Vec<&Expression> = alike().flat_map(|table| table.indexed_expressions()).collect();
        let mut seen: Vec<&Expression> = alike().flat_map(|table| table.expressions()).collect();
        seen.retain(|one| !indexed.iter().any(|key| std::ptr::eq(*key, *one)));
        for column in &mut table.columns {
            let columns = known.iter().flat_map(|table| &table.columns);
            let of_its_type = columns.filter(|other| is_same_type(&other.sql_type, &column.sql_type));
            let defaults: Vec<&Expression> = of_its_type.filter_map(|other| other.default.as_ref()).collect();
            column.default.iter_mut().for_each(|default| take(default, &defaults));
            column.generated.iter_mut().for_each(|generated| take(generated, &seen));
        }
        table.checks.iter_mut().for_each(|check| take(&mut check.expression, &seen));
        for index in &mut table.indexes {
            index.predicate.iter_mut().for_each(|predicate| take(predicate, &seen));
            index.expressions_mut().for_each(|key| take(key, &indexed));
        }
    }
}

/// Whether the columns that both tables have are of the same types.
pub(super) fn has_types_of(other: &Table, table: &Table) -> bool {
    table
        .columns
        .iter()
        .all(|column| other.column(&column.name).is_none_or(|other| is_same_type(&other.sql_type, &column.sql_type)))
}

/// A storage mode that is the type's own is called that, so that it is none in the end, but asked for.
pub(super) fn recognise_storage(declared: &mut Catalog) {
    for column in declared.tables_mut().flat_map(|table| &mut table.columns) {
        if column.settings.storage.is_some() && column.settings.storage.as_deref() == own_storage(&column.sql_type) {
            column.settings.storage = Some(Settings::OWN_STORAGE.to_owned());
        }
    }
}

/// How many of a table's expressions are those of its columns, which `Table::expressions` gives first.
fn of_columns(table: &Table) -> usize {
    table.columns.iter().map(|column| column.default.iter().chain(&column.generated).count()).sum()
}

fn take(expression: &mut Expression, seen: &[&Expression]) {
    if expression.server_form.is_some() {
        return;
    }
    let same = |other: &&&Expression| {
        other.server_form.is_some() && (other.text == expression.text || other.canonical() == expression.text)
    };
    if let Some(known) = seen.iter().find(same) {
        expression.server_form.clone_from(&known.server_form);
    }
}

/// Apart from the namespace, which may be open, and the modifier, which no form depends on.
fn is_same_type(one: &SqlType, other: &SqlType) -> bool {
    let same_namespace = one.namespace.as_ref().zip(other.namespace.as_ref()).is_none_or(|(one, other)| one == other);
    one.name == other.name && one.array == other.array && same_namespace
}

/// Takes the namespace of types that aren't the server's own from a known catalog's column of such a type.
pub(super) fn recognise_types(declared: &mut Catalog, known: &[&Catalog]) {
    let columns = known.iter().flat_map(|catalog| catalog.tables.values()).flat_map(|table| &table.columns);
    let types: BTreeMap<&str, &Identifier> = columns
        .filter_map(|column| Some((column.sql_type.name.as_str(), column.sql_type.namespace.as_ref()?)))
        .collect();
    for column in declared.tables_mut().flat_map(|table| &mut table.columns) {
        if column.sql_type.namespace.is_none() && !is_builtin(&column.sql_type) {
            column.sql_type.namespace = types.get(column.sql_type.name.as_str()).copied().cloned();
        }
    }
}

/// The expressions of a table that no server has seen.
pub(super) fn unseen(table: &Table) -> Vec<Unseen> {
    let of = |expression: &Expression, position: Option<&Position>| {
        let unseen =
            || Unseen { table: table.name.clone(), text: expression.text.clone(), position: position.cloned() };
        expression.server_form.is_none().then(unseen)
    };
    let columns = table.columns.iter().flat_map(|column| {
        let position = column.hints.position.as_ref();
        column.default.iter().chain(&column.generated).filter_map(move |expression| of(expression, position))
    });
    columns.chain(table.expressions().skip(of_columns(table)).filter_map(|expression| of(expression, None))).collect()
}

/// Whether the table has anything that only a server can tell.
pub(super) fn is_open(table: &Table) -> bool {
    let open_storage = |column: &Column| column.settings.storage.is_some() && own_storage(&column.sql_type).is_none();
    table.expressions().any(|expression| expression.server_form.is_none())
        || table.columns.iter().any(open_storage)
        || table.columns.iter().any(|column| column.sql_type.namespace.is_none() && !is_builtin(&column.sql_type))
}

/// The temporary table with its constraints and indexes. Names are ours: the forms are read back by them.
pub(super) fn statements(table: &Table, number: usize) -> Vec<String> {
    let mut lines: Vec<String> = table.columns.iter().map(column).collect();
    for (at, check) in table.checks.iter().enumerate() {
        lines.push(format!("CONSTRAINT c{at} CHECK ({})", check.expression.text));
    }
    let name = quote::name(&table.name.name);
    let mut statements = vec![format!("CREATE TEMP TABLE {name} ({})", lines.join(", "))];
    for (at, index) in table.indexes.iter().enumerate() {
        let mut temporary = index.clone();
        temporary.name = schema_model::Identifier::new(index_name(number, at)).ok();
        let on_table = create_index(&table.name, &temporary, false);
        let target = format!(" ON {} USING ", quote::qualified(&table.name));
        statements.push(on_table.replacen(&target, &format!(" ON pg_temp.{name} USING "), 1));
    }
    statements
}

pub(super) fn index_name(table: usize, index: usize) -> String {
    format!("schema_diff_{table}_{index}")
}

/// Without NOT NULL, numbering and comment: they have no form of the server's own.
fn column(column: &Column) -> String {
    let plain = Column { nullable: true, identity: None, ..column.clone() };
    column_definition(&plain, None)
}

/// The table with one open expression or type at a time: what it is, its text, its place, and the table.
pub(super) fn one_by_one(table: &Table) -> Vec<(String, String, Option<Position>, Table)> {
    let bare = || {
        let mut bare = table.clone();
        bare.columns.iter_mut().for_each(|column| {
            column.default = None;
            column.generated = None;
        });
        bare.checks.clear();
        bare.indexes.clear();
        bare
    };
    let mut singles = Vec::new();
    for (at, column) in table.columns.iter().enumerate() {
        let object = format!("{}.{}", table.name, column.name);
        let position = column.hints.position.clone();
        let mut alone = bare();
        alone.columns = vec![alone.columns[at].clone()];
        singles.push((object.clone(), column.sql_type.to_string(), position.clone(), alone));
        for expression in column.default.iter().chain(&column.generated) {
            let mut with = bare();
            with.columns[at].default.clone_from(&column.default);
            with.columns[at].generated.clone_from(&column.generated);
            singles.push((object.clone(), expression.text.clone(), position.clone(), with));
        }
    }
    for check in &table.checks {
        let of_column = check.column.as_ref().and_then(|name| table.column(name));
        let position = of_column.and_then(|column| column.hints.position.clone()).or_else(|| table.position.clone());
        let with = Table { checks: vec![check.clone()], ..bare() };
        singles.push((format!("a check of {}", table.name), check.expression.text.clone(), position, with));
    }
    for index in &table.indexes {
        let with = Table { indexes: vec![index.clone()], ..bare() };
        let text = create_index(&table.name, index, false);
        singles.push((format!("an index of {}", table.name), text, table.position.clone(), with));
    }
    singles
}
