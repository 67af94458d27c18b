//! The statements that make a catalog on an empty database, for scratch servers.

use schema_model::{Catalog, Check, ForeignKey, ObjectKind, QualifiedName, SqlObject, Table};

use super::quote;
use super::render::object::create_extension;
use super::render::table::{constraint, create_enum, create_index, create_table, furnish};
use crate::change::TableConstraint;
use crate::inspection::Trigger;

/// Bodies of functions aren't looked into: what they use may come later or not at all.
pub const UNCHECKED_BODIES: &str = "SET check_function_bodies = false";

/// The same for one transaction.
pub const UNCHECKED_BODIES_LOCAL: &str = "SET LOCAL check_function_bodies = false";

/// Enum types; the namespaces are there already or made along.
pub fn types(catalog: &Catalog) -> Vec<String> {
    let namespaces = catalog.enums.keys().chain(catalog.tables.keys()).map(|name| &name.namespace);
    let mut names: Vec<_> = namespaces.collect();
    names.sort();
    names.dedup();
    let mut statements: Vec<String> =
        names.into_iter().map(|name| format!("CREATE SCHEMA IF NOT EXISTS {}", quote::name(name))).collect();
    statements.extend(catalog.enums.values().flat_map(create_enum));
    statements
}

/// Tables with their indexes, then the foreign keys between them.
pub fn tables(catalog: &Catalog) -> Vec<String> {
    let mut statements = Vec::new();
    // Partitions come with the table whose they are, and so does what hangs on it.
    let partitions = catalog.partitions();
    let tables = || catalog.tables.values().filter(|table| !partitions.contains(&table.name));
    // A sequence that another table's column owns is there when that is.
    let counts_elsewhere = |table: &&std::sync::Arc<Table>| {
        let mut defaults = table.columns.iter().filter(|column| column.identity.is_none());
        defaults.any(|column| column.default.as_ref().is_some_and(|text| text.canonical().contains("nextval(")))
    };
    let (later, sooner): (Vec<_>, Vec<_>) = tables().partition(counts_elsewhere);
    for table in sooner.into_iter().chain(later) {
        let mut alone = Table::clone(table);
        alone.foreign_keys.clear();
        let late: Vec<Check> = alone.checks.iter().filter(|check| check.not_valid).cloned().collect();
        alone.checks.retain(|check| !check.not_valid);
        statements.extend(create_table(&alone));
        statements.extend(late.into_iter().map(|check| add(&table.name, &TableConstraint::Check(check), true)));
        statements.extend(table.partitioning.iter().flat_map(|by| furnish(table, &by.partitions, catalog)));
        statements.extend(table.indexes.iter().map(|index| create_index(&table.name, index, false)));
    }
    for table in tables() {
        let there = |key: &&ForeignKey| catalog.tables.contains_key(&key.references);
        for key in table.foreign_keys.iter().filter(there) {
            statements.push(add(&table.name, &TableConstraint::ForeignKey(key.clone()), key.not_valid));
        }
    }
    statements
}

fn add(table: &QualifiedName, one: &TableConstraint, not_valid: bool) -> String {
    let suffix = if not_valid { " NOT VALID" } else { "" };
    format!("ALTER TABLE {} ADD {}{suffix}", quote::qualified(table), constraint(one))
}

/// A trigger in the firing mode that it has.
pub fn trigger(table: &QualifiedName, trigger: &Trigger) -> Vec<String> {
    let mode = match trigger.enabled {
        'A' => "ENABLE ALWAYS",
        'R' => "ENABLE REPLICA",
        'D' => "DISABLE",
        _ => return vec![trigger.definition.clone()],
    };
    let name = format!("\"{}\"", trigger.name.replace('"', "\"\""));
    vec![trigger.definition.clone(), format!("ALTER TABLE {} {mode} TRIGGER {name}", quote::qualified(table))]
}

/// Makes an extension in its version; where the server hasn't that, in the one that it has.
pub async fn extension(connection: &mut sqlx::PgConnection, object: &SqlObject) -> Result<(), sqlx::Error> {
    let mut refused = false;
    for statement in create_extension(object) {
        refused |= super::session::execute(connection, &statement).await.is_err();
    }
    for statement in object.create.iter().filter(|_| refused) {
        super::session::execute(connection, statement).await?;
    }
    Ok(())
}

/// The statements that make an object. What stands in a namespace has made that already.
pub fn object(object: &SqlObject) -> Vec<String> {
    let if_not_there = |text: &String| text.replacen("CREATE SCHEMA ", "CREATE SCHEMA IF NOT EXISTS ", 1);
    match object.kind {
        ObjectKind::Namespace => object.create.iter().map(if_not_there).collect(),
        _ => object.create.clone(),
    }
}

/// Makes what expressions may use: namespaces, enum types, and objects that lean on no table.
pub async fn prepare(
    connection: &mut sqlx::PgConnection,
    declared: &Catalog,
    objects: &[&SqlObject],
) -> Result<(), sqlx::Error> {
    super::session::execute(connection, UNCHECKED_BODIES).await?;
    for statement in types(declared) {
        super::session::execute(connection, &statement).await?;
    }
    for one in objects {
        if one.kind == ObjectKind::Extension {
            drop(extension(connection, one).await);
            continue;
        }
        for statement in object(one) {
            // What can't be made here is missed by the expression that needs it, by name.
            drop(super::session::execute(connection, &statement).await);
        }
    }
    Ok(())
}
