//! The result: whether the Rust side still finds its columns, decodes their types, and takes their NULLs and labels.

use schema_model::SqlType;
use schema_model::declare::{QueryForm, RowField, RowReader, RustValue};

use super::super::finding::{Class, Verdict};
use super::Case;
use super::reader::Override;
use crate::dialect::postgres::compat::{
    Acceptance, Prepared, ResultColumn, Snapshot, TypeFacts, accepts, accepts_unchecked,
};

const KEEP_TYPE: &str =
    "change the type under a new name (`renamed_from`), so that this release keeps the one it decodes";
const KEEP_NOT_NULL: &str = "read it as Option and deploy that first; or plan the NULLs for after this release: `--strategy TABLE.COLUMN=after`";

/// Everything about the result.
pub(super) fn shape(case: &Case<'_>) -> Vec<Verdict> {
    let (Ok(home), Ok(now)) = (&case.at_home.prepared, &case.look.prepared) else { return Vec::new() };
    if case.candidate.query.form == QueryForm::Macro {
        return by_place(case, home, now);
    }
    match &case.candidate.query.rows {
        RowReader::Fields(fields) => by_name(case, home, now, fields),
        RowReader::Scalar(value) => match (home.columns.first(), now.columns.first()) {
            (Some(was), Some(is)) => Column { case, was, is, value: Some(value), checked: true }.verdicts(),
            _ => Vec::new(),
        },
        RowReader::Unknown => by_hand(case, home, now),
    }
}

/// The macros read by place, whatever the columns are called.
fn by_place(case: &Case<'_>, home: &Prepared, now: &Prepared) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    for (place, was) in home.columns.iter().enumerate() {
        let Some(is) = now.columns.get(place) else {
            let what = format!("it reads {} columns, and the result has {}", home.columns.len(), now.columns.len());
            verdicts.push(Verdict::new(Class::Fails, what, "name the columns, and deploy that before the migration"));
            break;
        };
        if was.name != is.name {
            let what = format!(
                "it reads column {} of the result as \"{}\", which is \"{}\" here",
                place + 1,
                was.name,
                is.name
            );
            let way_out = "name the columns instead of `*`, and deploy that before the migration";
            verdicts.push(Verdict::new(Class::MeansSomethingElse, what, way_out));
            break;
        }
        let own = Override::of(&was.name);
        let field = match &case.candidate.query.rows {
            RowReader::Fields(fields) => fields.iter().find(|field| field.column == own.name).map(|field| &field.value),
            RowReader::Scalar(_) | RowReader::Unknown => None,
        };
        // Without an override the macro takes the type that the column had when it was compiled.
        let value = own.value.clone().or_else(|| {
            let labels = field.and_then(|field| field.labels.clone());
            let optional = own.optional.unwrap_or_else(|| is_optional_at_home(case, place, was));
            let type_name =
                field.map_or_else(|| "the type it was compiled for".to_owned(), |field| field.type_name.clone());
            Some(RustValue { type_name, sql_type: base(case.home, was), optional, labels })
        });
        let value = value.map(|value| RustValue { optional: own.optional.unwrap_or(value.optional), ..value });
        verdicts.extend(Column { case, was, is, value: value.as_ref(), checked: false }.verdicts());
    }
    verdicts
}

/// What the macro made of the column's nullability when it was compiled.
fn is_optional_at_home(case: &Case<'_>, place: usize, was: &ResultColumn) -> bool {
    let offline = case.candidate.query.offline.as_ref().and_then(|offline| offline.optional.get(place).copied());
    offline.unwrap_or_else(|| not_null(case.home, was) != Some(true))
}

fn by_name(case: &Case<'_>, home: &Prepared, now: &Prepared, fields: &[RowField]) -> Vec<Verdict> {
    let find = |prepared: &Prepared, name: &str| prepared.columns.iter().find(|column| column.name == name).cloned();
    let mut verdicts = Vec::new();
    for field in fields {
        let Some(was) = find(home, &field.column) else { continue };
        match find(now, &field.column) {
            Some(is) => {
                verdicts
                    .extend(Column { case, was: &was, is: &is, value: Some(&field.value), checked: true }.verdicts());
            }
            None if field.may_be_missing => {}
            None => {
                let what = format!(
                    "the result has no column \"{}\", which is read into {}",
                    field.column, field.value.type_name
                );
                let way_out = "keep the column until this release is gone";
                verdicts.push(Verdict::new(Class::Fails, what, way_out));
            }
        }
    }
    verdicts
}

/// Code that takes rows apart by itself.
fn by_hand(case: &Case<'_>, home: &Prepared, now: &Prepared) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    for was in &home.columns {
        match now.columns.iter().find(|column| column.name == was.name) {
            Some(is) => verdicts.extend(Column { case, was, is, value: None, checked: true }.verdicts()),
            None => {
                let what = format!("the result has no column \"{}\": code that reads it by name fails", was.name);
                let way_out = "keep the column until this release is gone";
                verdicts.push(Verdict::new(Class::DependsOnValues, what, way_out));
            }
        }
    }
    verdicts
}

/// A column of the result, then and now.
struct Column<'a> {
    case: &'a Case<'a>,
    was: &'a ResultColumn,
    is: &'a ResultColumn,
    /// What it is read into, where that is known.
    value: Option<&'a RustValue>,
    /// Whether types are compared when it is read.
    checked: bool,
}

impl Column<'_> {
    fn verdicts(&self) -> Vec<Verdict> {
        [self.by_type(), self.by_null(), self.by_labels()].into_iter().flatten().collect()
    }

    fn name(&self) -> &str {
        Override::of(&self.is.name).name
    }

    fn by_type(&self) -> Option<Verdict> {
        let (was, is) = (base(self.case.home, self.was)?, base(self.case.now, self.is)?);
        if accepts(&was, &is) {
            return None;
        }
        let change = format!("column \"{}\" of the result was {was} and is {is}", self.name());
        let Some((rust, value)) = self.value.and_then(|value| Some((value.sql_type.as_ref()?, value))) else {
            let what = format!("{change}: code that reads it as before fails");
            return Some(Verdict::new(Class::DependsOnValues, what, KEEP_TYPE));
        };
        if self.checked {
            let what = format!("{change}, which {} doesn't decode", value.type_name);
            let new = accepts(rust, &was) && !accepts(rust, &is);
            return new.then(|| Verdict::new(Class::Fails, what, KEEP_TYPE));
        }
        match accepts_unchecked(rust, &is) {
            Acceptance::Right => None,
            Acceptance::WhereItFits => {
                let what = format!("{change}: a value that doesn't fit the former is an error");
                Some(Verdict::new(Class::DependsOnValues, what, KEEP_TYPE))
            }
            Acceptance::Wrong => {
                let what = format!("{change}: the macro reads its bytes as the former");
                Some(Verdict::new(Class::MeansSomethingElse, what, KEEP_TYPE))
            }
        }
    }

    fn by_null(&self) -> Option<Verdict> {
        let taken = self.value.is_some_and(|value| value.optional);
        let loosened =
            not_null(self.case.home, self.was) == Some(true) && not_null(self.case.now, self.is) == Some(false);
        let reader = self.value.map_or("code that takes no NULL", |value| &value.type_name);
        let what = format!("column \"{}\" of the result can be NULL now, which {reader} doesn't decode", self.name());
        (loosened && !taken).then(|| Verdict::new(Class::DependsOnValues, what, KEEP_NOT_NULL))
    }

    fn by_labels(&self) -> Option<Verdict> {
        let (was, is) = (facts(self.case.home, self.was)?, facts(self.case.now, self.is)?);
        let as_text = self.value.and_then(|value| value.sql_type.as_ref()).is_some_and(|sql| sql.name == "text");
        if as_text || is.labels.is_empty() {
            return None;
        }
        let known = self.value.and_then(|value| value.labels.as_ref()).unwrap_or(&was.labels);
        let new = |label: &&String| !was.labels.contains(label) && !known.contains(label);
        let unknown: Vec<&str> = is.labels.iter().filter(new).map(String::as_str).collect();
        let what = format!(
            "column \"{}\" of the result can be '{}' now, which this release doesn't decode",
            self.name(),
            unknown.join("', '")
        );
        let way_out = "deploy a release that knows the value before anybody writes it";
        (!unknown.is_empty()).then(|| Verdict::new(Class::DependsOnValues, what, way_out))
    }
}

fn facts<'a>(snapshot: &'a Snapshot, column: &ResultColumn) -> Option<&'a TypeFacts> {
    snapshot.types.get(&column.type_oid)
}

fn base(snapshot: &Snapshot, column: &ResultColumn) -> Option<SqlType> {
    facts(snapshot, column).map(|facts| facts.base.clone())
}

/// Whether the column of a table can't be NULL; views and expressions don't say.
fn not_null(snapshot: &Snapshot, column: &ResultColumn) -> Option<bool> {
    let (relation, number) = column.origin?;
    let relation = snapshot.relations.get(&relation).filter(|relation| !relation.is_view)?;
    relation.columns.get(&number).map(|(_, not_null)| *not_null)
}
