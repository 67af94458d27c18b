//! Columns that take less than they did: whether what a query writes fits is up to its values.

use schema_model::SqlType;

use super::super::finding::{Class, Verdict};
use super::Case;
use super::constraint::written;
use super::write::table;
use crate::dialect::postgres::compat::WriteKind;

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
                None if column.sql_type.takes_less_than(&earlier.sql_type) => format!(
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
