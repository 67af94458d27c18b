//! Views, policies and functions that still name the old form, and that the contract doesn't deal with.

use std::collections::BTreeMap;

use schema_model::{QualifiedName, split_dotted};
use sqlx::PgConnection;

use super::old_form::contract_names;
use super::{Evidence, OldForm};
use crate::apply::error::ApplyError;
use crate::dialect::postgres::evidence::bodies::bodies;
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
    for (table, column) in form.parts() {
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

fn is_left_alone(migration: &Migration, dependent: &str) -> bool {
    let Some(kind) = KINDS.iter().find(|kind| dependent.starts_with(*kind)) else { return false };
    !contract_names(migration, &bare(&dependent[kind.len()..]))
}

/// The name alone, as in `v` of `public.v`, `p` of `p ON public.t`, `f` of `public.f(integer)`.
fn bare(name: &str) -> String {
    let name = name.split(" ON ").next().unwrap_or_default();
    let name = name.split('(').next().unwrap_or_default();
    split_dotted(name).pop().unwrap_or_default()
}
