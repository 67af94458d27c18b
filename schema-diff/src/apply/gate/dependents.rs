//! Views, policies and functions that still name the old form, and that the contract doesn't deal with.

use std::collections::BTreeMap;

use schema_model::{Identifier, QualifiedName, split_dotted};
use sqlx::PgConnection;

use super::old_form::{contract_names, dropped_views, drops_column, renamed_tables};
use super::{Evidence, OldForm};
use crate::apply::error::ApplyError;
use crate::dialect::postgres::evidence::bodies::bodies;
use crate::dialect::postgres::evidence::views::leaning_on;
use crate::inspection::TableFacts;
use crate::migration::Migration;

pub(super) const NAME: &str = "dependents";

/// What the catalog's dependents are that a column's end would break; constraints and the like go with it.
const KINDS: [&str; 5] = ["view ", "materialized view ", "rule ", "policy ", "function "];

pub(super) async fn evidence(
    connection: &mut PgConnection,
    migration: &Migration,
    form: &OldForm,
    facts: &BTreeMap<QualifiedName, TableFacts>,
) -> Result<Evidence, ApplyError> {
    let mut found = Vec::new();
    // What uses a table that is renamed goes on with it, but for columns that go.
    let renamed = renamed_tables(migration);
    let goes_on = |table: &QualifiedName, column: Option<&Identifier>| {
        renamed.contains_key(table) && column.is_none_or(|column| !drops_column(migration, column))
    };
    for (table, column) in form.parts().filter(|(table, column)| !goes_on(table, *column)) {
        let columns = facts.get(table).into_iter().flat_map(|facts| &facts.columns);
        for (name, column_facts) in columns.filter(|(name, _)| column.is_none_or(|column| column == *name)) {
            let dependents = column_facts.dependents.iter().filter(|dependent| is_left_alone(migration, dependent));
            found.extend(dependents.map(|dependent| format!("{dependent} uses {table}.{name}")));
        }
    }
    for body in bodies(connection, &form.words()).await? {
        if let Some(named) = form.named_in(&body.body)
            && !contract_names(migration, &bare(&body.function))
        {
            found.push(format!("function {} names {named}", body.function));
        }
    }
    for (view, dependent) in leaning_on(connection, &dropped_views(migration)).await? {
        if !is_dealt_with(migration, &dependent) {
            found.push(format!("{dependent} leans on {view}, which is a view until the contract"));
        }
    }
    found.sort();
    found.dedup();
    if found.is_empty() {
        return Ok(Evidence::open(NAME, "no view, policy or function of the database names the old form"));
    }
    let listed: String = found.iter().map(|one| format!("\n  {one}")).collect();
    Ok(Evidence::closed(
        NAME,
        format!(
            "what would break when the old form goes:{listed}\nchange it so that it names the new form, or drop it, then run `cargo schema contract` again"
        ),
    ))
}

/// Whether it is one of those kinds, and the contract has nothing to do with it.
fn is_left_alone(migration: &Migration, dependent: &str) -> bool {
    kind(dependent).is_some() && !is_dealt_with(migration, dependent)
}

fn is_dealt_with(migration: &Migration, dependent: &str) -> bool {
    kind(dependent).is_some_and(|kind| contract_names(migration, &bare(&dependent[kind.len()..])))
}

fn kind(dependent: &str) -> Option<&'static str> {
    KINDS.into_iter().find(|kind| dependent.starts_with(kind))
}

/// The name alone, as in `v` of `public.v`, `p` of `p ON public.t`, `f` of `public.f(integer)`.
fn bare(name: &str) -> String {
    let name = name.split(" ON ").next().unwrap_or_default();
    let name = name.split('(').next().unwrap_or_default();
    split_dotted(name).pop().unwrap_or_default()
}
