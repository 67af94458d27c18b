//! Columns, with the sequence that numbers them and what hangs on them.

use schema_model::{
    Column, Expression, Identifier, Identity, IdentityKind, QualifiedName, SequenceOptions, Settings, SqlType,
};
use sqlx::Row;
use sqlx::postgres::PgRow;

use super::{InspectError, TablesByOid};
use crate::dialect::postgres::session::Reader;
use crate::inspection::ColumnFacts;

pub(super) async fn read(reader: &mut Reader<'_>, tables: &mut TablesByOid) -> Result<(), InspectError> {
    for row in reader.all(include_str!("columns.sql")).await? {
        let Some((table, facts)) = tables.get_mut(&row.try_get("table_oid")?) else { continue };
        let column = column(&row)?;
        facts.columns.insert(column.name.clone(), column_facts(&row)?);
        table.columns.push(column);
    }
    tables.values_mut().for_each(|(table, _)| table.columns.shrink_to_fit());
    for row in reader.all(include_str!("dependents.sql")).await? {
        let Some((_, facts)) = tables.get_mut(&row.try_get("table_oid")?) else { continue };
        let name = Identifier::new(row.try_get::<String, _>("column_name")?)?;
        let (Some(column), Some(dependent)) = (facts.columns.get_mut(&name), row.try_get("dependent")?) else {
            continue;
        };
        if !column.dependents.contains(&dependent) {
            column.dependents.push(dependent);
        }
    }
    Ok(())
}

fn column(row: &PgRow) -> Result<Column, InspectError> {
    let name = Identifier::new(row.try_get::<String, _>("name")?)?;
    let mut column = Column::new(name, SqlType::parse(row.try_get("type")?));
    column.nullable = !row.try_get::<bool, _>("not_null")?;
    column.collation = row.try_get("collation")?;
    column.comment = row.try_get("comment")?;
    column.settings = settings(row)?;
    let expression: Option<String> = row.try_get("expression")?;
    if row.try_get::<String, _>("generated")?.is_empty() {
        column.identity = identity(row, expression.as_deref())?;
        if column.identity.is_none() {
            column.default = expression.map(Expression::inspected);
        }
    } else {
        column.generated = expression.map(Expression::inspected);
        column.is_virtual = row.try_get::<String, _>("generated")? == "v";
    }
    Ok(column)
}

/// Identity as the server keeps it, or a serial column: a default of nextval on the sequence that the column owns.
fn identity(row: &PgRow, default: Option<&str>) -> Result<Option<Identity>, InspectError> {
    let sequence = match row.try_get::<Option<String>, _>("sequence_name")? {
        Some(name) => Some(QualifiedName::new(
            Identifier::new(row.try_get::<String, _>("sequence_namespace")?)?,
            Identifier::new(name)?,
        )),
        None => None,
    };
    let kind = match row.try_get::<String, _>("identity")?.as_str() {
        "a" => IdentityKind::Always,
        "d" => IdentityKind::ByDefault,
        _ if sequence.as_ref().is_some_and(|sequence| is_nextval_of(default, sequence)) => IdentityKind::Serial,
        _ => return Ok(None),
    };
    Ok(Some(Identity { kind, sequence, options: Box::new(sequence_options(row)?) }))
}

fn sequence_options(row: &PgRow) -> Result<SequenceOptions, sqlx::Error> {
    Ok(SequenceOptions {
        data_type: row.try_get::<Option<String>, _>("sequence_type")?.map(|text| SqlType::parse(&text)),
        start: row.try_get("sequence_start")?,
        increment: row.try_get("sequence_increment")?,
        min: row.try_get("sequence_min")?,
        max: row.try_get("sequence_max")?,
        cache: row.try_get("sequence_cache")?,
        cycle: row.try_get::<Option<bool>, _>("sequence_cycle")?.unwrap_or_default(),
    })
}

fn settings(row: &PgRow) -> Result<Settings, sqlx::Error> {
    let compression: Option<String> = row.try_get("compression")?;
    Ok(Settings {
        storage: row.try_get::<Option<String>, _>("storage")?.map(|mode| storage_mode(&mode).to_owned()),
        compression: compression.as_deref().and_then(compression_method).map(str::to_owned),
        statistics: row.try_get("statistics_target")?,
    })
}

/// The method of `attcompression`; nothing where the server's own setting holds.
fn compression_method(letter: &str) -> Option<&'static str> {
    match letter {
        "p" => Some("pglz"),
        "l" => Some("lz4"),
        _ => None,
    }
}

fn is_nextval_of(default: Option<&str>, sequence: &QualifiedName) -> bool {
    let Some(inner) =
        default.and_then(|text| text.strip_prefix("nextval('")).and_then(|text| text.strip_suffix("'::regclass)"))
    else {
        return false;
    };
    inner.replace("''", "'").parse::<QualifiedName>().is_ok_and(|name| name == *sequence)
}

fn column_facts(row: &PgRow) -> Result<ColumnFacts, sqlx::Error> {
    Ok(ColumnFacts {
        privileges: row.try_get("privileges")?,
        nondeterministic: !row.try_get::<bool, _>("deterministic")?,
        dependents: Vec::new(),
    })
}

/// The mode of `attstorage` or `typstorage`.
pub(in crate::dialect::postgres) fn storage_mode(mode: &str) -> &'static str {
    match mode {
        "p" => "PLAIN",
        "e" => "EXTERNAL",
        "m" => "MAIN",
        _ => "EXTENDED",
    }
}
