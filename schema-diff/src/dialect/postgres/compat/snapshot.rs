//! What a catalog says about everything that a query can meet, at one moment.

use std::collections::BTreeMap;

use schema_model::SqlType;
use sqlx::{Connection, PgConnection, Row};

use super::super::inspect::{InspectError, inspect_in};
use super::super::session::query_all;
use crate::inspection::Inspection;

/// A catalog at one moment.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// Tables and all that we model.
    pub inspection: Inspection,
    /// The types, by their object identifiers.
    pub types: BTreeMap<u32, TypeFacts>,
    /// Tables and views, by their object identifiers.
    pub relations: BTreeMap<u32, Relation>,
    /// Functions whose bodies the server reads only when they run.
    pub functions: Vec<Function>,
}

/// A type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeFacts {
    /// Its name, written in full.
    pub name: String,
    /// What it is underneath, where it is a domain.
    pub base: SqlType,
    /// Its labels, where it is an enum or an array of one.
    pub labels: Vec<String>,
}

/// A table or a view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Whether it is a view.
    pub is_view: bool,
    /// The names of its columns by their numbers, and whether they are NOT NULL.
    pub columns: BTreeMap<i16, (String, bool)>,
}

/// A function with a body of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name without the namespace.
    pub name: String,
    /// Its body.
    pub body: String,
    /// Whether it is SQL alone, where a column goes before an argument of the same name; elsewhere the two are ambiguous.
    pub is_sql: bool,
    /// Its arguments and variables.
    pub variables: Vec<String>,
}

impl Snapshot {
    /// A relation by its name; without a namespace, that of `public` comes first.
    pub fn relation(&self, namespace: Option<&str>, name: &str) -> Option<&Relation> {
        let named = || self.relations.values().filter(|relation| relation.name == name);
        match namespace {
            Some(namespace) => named().find(|relation| relation.namespace == namespace),
            None => named().find(|relation| relation.namespace == "public").or_else(|| named().next()),
        }
    }
}

/// Reads the catalog in one transaction.
///
/// # Errors
///
/// Where the catalog can't be read.
pub async fn snapshot(connection: &mut PgConnection) -> Result<Snapshot, InspectError> {
    let mut transaction = connection.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
    let outcome = read(&mut transaction).await;
    transaction.rollback().await?;
    outcome
}

async fn read(connection: &mut PgConnection) -> Result<Snapshot, InspectError> {
    let inspection = inspect_in(connection).await?;
    Ok(Snapshot {
        inspection,
        types: types(connection).await?,
        relations: relations(connection).await?,
        functions: functions(connection).await?,
    })
}

struct RawType {
    name: String,
    base: u32,
    element: u32,
    labels: Vec<String>,
}

async fn types(connection: &mut PgConnection) -> Result<BTreeMap<u32, TypeFacts>, sqlx::Error> {
    let mut raw = BTreeMap::new();
    for row in query_all(connection, include_str!("types.sql")).await? {
        let one = RawType {
            name: row.try_get("name")?,
            base: oid(&row, "base")?,
            element: oid(&row, "element")?,
            labels: row.try_get("labels")?,
        };
        raw.insert(oid(&row, "oid")?, one);
    }
    let facts = |one: &RawType| {
        let mut base = one;
        while let Some(next) = raw.get(&base.base) {
            base = next;
        }
        let labels = raw.get(&one.element).map_or(&base.labels, |element| &element.labels);
        TypeFacts { name: one.name.clone(), base: SqlType::parse(&base.name), labels: labels.clone() }
    };
    Ok(raw.iter().map(|(oid, one)| (*oid, facts(one))).collect())
}

async fn relations(connection: &mut PgConnection) -> Result<BTreeMap<u32, Relation>, sqlx::Error> {
    let mut relations = BTreeMap::new();
    for row in query_all(connection, include_str!("relations.sql")).await? {
        let numbers: Vec<i16> = row.try_get("numbers")?;
        let names: Vec<String> = row.try_get("names")?;
        let not_null: Vec<bool> = row.try_get("not_null")?;
        let relation = Relation {
            namespace: row.try_get("namespace")?,
            name: row.try_get("name")?,
            is_view: row.try_get("is_view")?,
            columns: numbers.into_iter().zip(names.into_iter().zip(not_null)).collect(),
        };
        relations.insert(oid(&row, "oid")?, relation);
    }
    Ok(relations)
}

async fn functions(connection: &mut PgConnection) -> Result<Vec<Function>, sqlx::Error> {
    let rows = query_all(connection, include_str!("functions.sql")).await?;
    let one = |row: &sqlx::postgres::PgRow| {
        let (body, mut variables): (String, Vec<String>) = (row.try_get("body")?, row.try_get("arguments")?);
        variables.extend(declared_variables(&body));
        Ok(Function { name: row.try_get("name")?, is_sql: row.try_get("is_sql")?, body, variables })
    };
    rows.iter().map(one).collect()
}

/// The names between DECLARE and BEGIN of a plpgsql body: the first word of each declaration.
fn declared_variables(body: &str) -> Vec<String> {
    let lower = body.to_lowercase();
    let section = lower.split_once("declare").and_then(|(_, rest)| rest.split_once("begin"));
    let declarations = section.map_or("", |(section, _)| section).split(';');
    declarations.filter_map(|one| one.split_whitespace().next().map(str::to_owned)).collect()
}

fn oid(row: &sqlx::postgres::PgRow, column: &str) -> Result<u32, sqlx::Error> {
    let value: i64 = row.try_get(column)?;
    u32::try_from(value).map_err(|error| sqlx::Error::Decode(error.into()))
}
