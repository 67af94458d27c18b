//! A new column for which the server writes the whole table anew, while everybody waits: only with consent.

use schema_model::{Column, Domain, ObjectKind, QualifiedName};

use super::domain::ChangeDomain;
use crate::plan::Context;
use crate::plan::answer::{Consent, Obstacle, short_name};
use crate::plan::hazard::{Hazard, HazardKind};

/// The hazard, where the server writes the table anew and that was consented to. `bare` is a column that has no value yet.
pub(super) fn consented(
    context: &Context<'_>,
    table: &QualifiedName,
    column: &Column,
    bare: bool,
) -> Result<Option<Hazard>, Obstacle> {
    let has_value = column.generated.is_some() || !bare && column.default.is_some();
    let is_filled = !column.nullable || column.default.is_some();
    let refuses = |domains: Vec<Domain>| domains.iter().any(Domain::refuses_null);
    if !has_value && (refuses(domains(context, column)) || !is_filled && refuses(domains_then(context, column))) {
        return Err(Obstacle::Unhandled {
            object: format!("{table}.{}", column.name),
            what: "its domain refuses NULL, and no row has a value yet when the column comes: take NOT NULL from the domain and declare the column so".to_owned(),
        });
    }
    let Some(text) = why(context, table, column) else { return Ok(None) };
    let flag = format!("rewrite:{}", short_name(table, Some(&column.name)));
    if !context.answers.allows(&flag) {
        return Err(Obstacle::Consent(Consent { flag, text }));
    }
    Ok(Some(Hazard::new(HazardKind::Rewrite, text)))
}

fn why(context: &Context<'_>, table: &QualifiedName, column: &Column) -> Option<String> {
    let what = if column.generated.is_some() {
        "is computed by the server for every row at once"
    } else {
        "has a domain, whose checks the server holds against every row at once, though none has a value yet"
    };
    is_written_anew(context, column).then(|| {
        format!(
            "{table}.{} {what}: it writes the whole table anew under a lock that blocks readers and writers",
            column.name
        )
    })
}

/// Whether the server writes a table anew when it gets the column: what is computed and kept, and a domain that checks or
/// refuses NULL.
pub(super) fn is_written_anew(context: &Context<'_>, column: &Column) -> bool {
    if column.generated.is_some() {
        return !column.is_virtual;
    }
    domains(context, column).iter().any(|domain| domain.not_null || !domain.checks.is_empty())
}

/// The domain of a column, as it is when the column comes, and those that it is made of.
fn domains(context: &Context<'_>, column: &Column) -> Vec<Domain> {
    let (live, from, to) = (&context.facts.catalog.objects, &context.from.objects, &context.to.objects);
    below(column, |key| match (from.get(key), to.get(key)) {
        // One that nothing has is made anew before.
        (Some(old), Some(new)) if !old.same_as(new) && ChangeDomain::of(context, old, new).is_none() => {
            new.domain.clone()
        }
        (_, new) => live.get(key).or(new)?.domain.clone(),
    })
}

/// The same, as it is to be.
fn domains_then(context: &Context<'_>, column: &Column) -> Vec<Domain> {
    let (live, to) = (&context.facts.catalog.objects, &context.to.objects);
    below(column, |key| to.get(key).or_else(|| live.get(key))?.domain.clone())
}

fn below(column: &Column, find: impl Fn(&str) -> Option<Domain>) -> Vec<Domain> {
    let find = |name: &str| find(&format!("{} {name}", ObjectKind::Domain));
    let name = column.sql_type.qualified_name().filter(|_| !column.sql_type.array);
    std::iter::successors(name.and_then(|name| find(&name.to_string())), |domain| find(&domain.base)).collect()
}
