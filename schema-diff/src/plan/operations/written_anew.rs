//! A new column for which the server writes the whole table anew, while everybody waits: only with consent.

use schema_model::{Column, Domain, ObjectKind, QualifiedName};

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
    let Some(text) = why(context, table, column) else { return Ok(None) };
    let has_value = column.generated.is_some() || !bare && column.default.is_some();
    if !has_value && domains(context, column).any(Domain::refuses_null) {
        return Err(Obstacle::Unhandled {
            object: format!("{table}.{}", column.name),
            what: "its domain refuses NULL, and no row has a value yet when the column comes: take NOT NULL from the domain and declare the column so".to_owned(),
        });
    }
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
    domains(context, column).any(|domain| domain.not_null || !domain.checks.is_empty())
}

/// The domain of a column, as it is by now, and those that it is made of.
fn domains<'a>(context: &Context<'a>, column: &Column) -> impl Iterator<Item = &'a Domain> {
    let (live, to) = (&context.facts.catalog.objects, &context.to.objects);
    let find = move |name: &str| {
        let key = format!("{} {name}", ObjectKind::Domain);
        live.get(&key).or_else(|| to.get(&key))?.domain.as_ref()
    };
    let name = column.sql_type.qualified_name().filter(|_| !column.sql_type.array);
    std::iter::successors(name.and_then(|name| find(&name.to_string())), move |domain| find(&domain.base))
}
