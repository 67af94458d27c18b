//! Tables that other tools keep for themselves, and tables that nobody asked for.

use std::collections::BTreeSet;

use schema_model::{Catalog, QualifiedName};

use super::{Note, Options};

/// The histories of other migration tools.
const HISTORIES: &[(&str, &str)] =
    &[("_sqlx_migrations", "sqlx"), ("__diesel_schema_migrations", "diesel"), ("seaql_migrations", "SeaORM")];

/// The catalog without tables that weren't asked for, nor types that only these use.
pub(crate) fn left_out(catalog: &Catalog, options: &Options) -> Catalog {
    let mut kept = catalog.clone();
    if options.tables.is_empty() {
        kept.tables.retain(|name, _| history_of(name).is_none());
        return kept;
    }
    kept.tables.retain(|name, _| options.tables.iter().any(|wanted| is(name, wanted)));
    let columns = kept.tables.values().flat_map(|table| &table.columns);
    let used: BTreeSet<QualifiedName> = columns.filter_map(|column| column.sql_type.qualified_name()).collect();
    kept.enums.retain(|name, _| used.contains(name));
    kept
}

/// Whether a name is meant: `users`, `public.users`, `app.*`.
fn is(name: &QualifiedName, wanted: &str) -> bool {
    if let Some(namespace) = wanted.strip_suffix(".*") {
        return name.namespace.as_str() == namespace;
    }
    wanted.parse::<QualifiedName>().is_ok_and(|wanted| wanted == *name)
}

/// What was left out without being asked for.
pub(crate) fn notes(whole: &Catalog, kept: &Catalog) -> Vec<Note> {
    let gone = whole.tables.keys().filter(|name| !kept.tables.contains_key(name));
    gone.filter_map(|name| {
        let tool = history_of(name)?;
        Some(Note { object: format!("table {name}"), what: format!("left out: it is the history of {tool}") })
    })
    .collect()
}

fn history_of(name: &QualifiedName) -> Option<&'static str> {
    HISTORIES.iter().find(|(table, _)| name.name.as_str() == *table).map(|(_, tool)| *tool)
}
