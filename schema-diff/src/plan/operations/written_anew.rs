//! A new column for which the server writes the whole table anew, while everybody waits: only with consent.

use schema_model::{Column, Domain, ObjectKind, QualifiedName};

use crate::plan::Context;
use crate::plan::answer::{Consent, Obstacle, short_name};
use crate::plan::hazard::{Hazard, HazardKind};

/// The hazard, where the server writes the table anew and that was consented to.
pub(super) fn consented(
    context: &Context<'_>,
    table: &QualifiedName,
    column: &Column,
) -> Result<Option<Hazard>, Obstacle> {
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
    let name = column.sql_type.qualified_name().filter(|_| !column.sql_type.array);
    name.is_some_and(|name| is_checked(context, &name.to_string()))
}

/// Whether a domain, or the one that it is made of, checks anything by now.
fn is_checked(context: &Context<'_>, name: &str) -> bool {
    let key = format!("{} {name}", ObjectKind::Domain);
    let found = context.facts.catalog.objects.get(&key).or_else(|| context.to.objects.get(&key));
    let Some(Domain { base, checks, not_null, .. }) = found.and_then(|object| object.domain.as_ref()) else {
        return false;
    };
    *not_null || !checks.is_empty() || is_checked(context, base)
}
