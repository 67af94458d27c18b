//! Columns that take less than they did: whether what a query writes fits is up to its values.

use schema_model::SqlType;

use super::super::finding::{Class, Verdict};
use super::Case;
use super::constraint::written;
use super::write::table;
use crate::dialect::postgres::compat::WriteKind;

const INTEGERS: [&str; 3] = ["smallint", "integer", "bigint"];

/// Everything about narrower columns, and enum values that are gone.
pub(super) fn all(case: &Case<'_>) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    for write in case.candidate.writes.iter().filter(|write| write.kind != WriteKind::Delete) {
        let (Some(was), Some(is)) = (table(case.home, write), table(case.now, write)) else { continue };
        let names = written(write, was);
        for column in is.columns.iter().filter(|column| names.contains(column.name.as_str())) {
            let Some(earlier) = was.column(&column.name) else { continue };
            let what = match lost_labels(case, &earlier.sql_type, &column.sql_type) {
                Some(lost) => {
                    format!("it may write '{lost}' into \"{}\", whose type has no such value now", column.name.as_str())
                }
                None if is_narrower(&earlier.sql_type, &column.sql_type) => format!(
                    "it may write into \"{}\" what doesn't fit: {} was {}",
                    column.name.as_str(),
                    column.sql_type,
                    earlier.sql_type
                ),
                None => continue,
            };
            let way_out =
                "change the type under a new name (`renamed_from`), so that each release has the one it knows";
            verdicts.push(Verdict::new(Class::DependsOnValues, what, way_out));
        }
    }
    verdicts
}

fn lost_labels(case: &Case<'_>, was: &SqlType, is: &SqlType) -> Option<String> {
    let labels = |snapshot: &crate::dialect::postgres::compat::Snapshot, ty: &SqlType| {
        let name = ty.qualified_name()?;
        Some(snapshot.inspection.catalog.enums.get(&name)?.values.clone())
    };
    let (before, now) = (labels(case.home, was)?, labels(case.now, is)?);
    let lost: Vec<String> = before.into_iter().filter(|label| !now.contains(label)).collect();
    (!lost.is_empty()).then(|| lost.join("', '"))
}

/// Whether a type takes less than another one of its kind.
fn is_narrower(was: &SqlType, is: &SqlType) -> bool {
    let place = |ty: &SqlType| INTEGERS.iter().position(|name| *name == ty.name);
    if let (Some(was), Some(is)) = (place(was), place(is)) {
        return is < was;
    }
    let texts = ["text", "character varying", "character"];
    let alike = was.name == is.name || [was, is].iter().all(|ty| texts.contains(&ty.name.as_str()));
    if !alike {
        return false;
    }
    match (&was.modifier, &is.modifier) {
        (None, Some(_)) => true,
        (Some(was), Some(is)) => digits(was).zip(digits(is)).is_some_and(|(was, is)| is < was),
        (_, None) => false,
    }
}

/// The length, or the digits before the point.
fn digits(modifier: &str) -> Option<i64> {
    let mut parts = modifier.split(',').map(|part| part.trim().parse::<i64>().ok());
    let precision = parts.next()??;
    Some(precision - parts.next().flatten().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_less() {
        let narrower = |was: &str, is: &str| is_narrower(&SqlType::parse(was), &SqlType::parse(is));
        assert!(narrower("bigint", "integer"));
        assert!(narrower("varchar(20)", "varchar(10)"));
        assert!(narrower("text", "varchar(10)"));
        assert!(narrower("numeric(6,2)", "numeric(4,2)"));
        assert!(!narrower("numeric(6,2)", "numeric(10,2)"));
        assert!(!narrower("varchar(10)", "text"));
        assert!(!narrower("integer", "text"));
    }
}
