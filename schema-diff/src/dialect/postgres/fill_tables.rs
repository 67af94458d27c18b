//! Puts rows into the tables of a scratch database, so that a plan is proven on rows: ordinary ones, ones
//! with NULL wherever it may stand, and ones at the edges of their types, as far as the table's constraints take them.
//!
//! What a check takes isn't computed but tried: values that the check names come first. The same tables get the same rows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use schema_model::{Column, ForeignKey, Identifier, IdentityKind, QualifiedName, Table};
use sqlx::{Connection, PgConnection, Row};

use super::session::{execute, plain, query_all};
use super::value::{may_be, named_in, nth, of_named_length};
use super::{quote, session};
use crate::inspection::Inspection;

/// So many different rows are tried for a table.
const TRIES: usize = 64;
/// From here on values are mixed.
const IN_ORDER: usize = 8;
/// From here on every so many of the tries leave all NULL but one of the columns that may be.
const ALL_BUT_ONE: (usize, usize) = (16, 4);
/// So many rows of a referenced table are chosen from.
const PARENTS: usize = 16;

/// The rows that were made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filled {
    /// How many rows each table has.
    pub rows: BTreeMap<QualifiedName, usize>,
    /// Why a table has none.
    pub without: BTreeMap<QualifiedName, String>,
}

/// What the rows must be like, beside what the tables take.
#[derive(Clone, Copy, Debug)]
pub struct Demand<'a> {
    /// So many rows in each table, if they can be had.
    pub rows: usize,
    /// Queries of which each must go on giving 0.
    pub zero: &'a [String],
    /// The tables that get rows; all where it isn't said.
    pub only: Option<&'a BTreeSet<QualifiedName>>,
}

/// The tables that may have rows: those of which a file isn't empty, and those whose rows their partitions have.
const HAVE_A_FILE: &str = "SELECT n.nspname::text, c.relname::text
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'p' OR c.relkind = 'r' AND pg_catalog.pg_relation_size(c.oid) > 0";

/// Fills the tables, those first that others reference. Rows that are there already, from a migration before, go.
pub async fn fill(
    connection: &mut PgConnection,
    inspection: &Inspection,
    demand: Demand<'_>,
) -> Result<Filled, sqlx::Error> {
    let mut filled = Filled::default();
    let mut transaction = connection.begin().await?;
    execute(&mut transaction, "SET CONSTRAINTS ALL IMMEDIATE").await?;
    let rows = query_all(&mut transaction, HAVE_A_FILE).await?;
    let there = rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?)));
    let there = there.collect::<Result<BTreeSet<(String, String)>, sqlx::Error>>()?;
    let has_a_file =
        |name: &&QualifiedName| there.contains(&(name.namespace.as_str().to_owned(), name.name.as_str().to_owned()));
    let names: Vec<String> = inspection.catalog.tables.keys().filter(has_a_file).map(quote::qualified).collect();
    if !names.is_empty() {
        execute(&mut transaction, &format!("TRUNCATE {} RESTART IDENTITY CASCADE", names.join(", "))).await?;
    }
    let zero = that_hold(&mut transaction, demand.zero).await?;
    let mut wanted = if demand.rows == 0 { Vec::new() } else { in_order(&inspection.catalog.tables) };
    // Partitions get their rows by the table whose they are.
    let partitions = inspection.catalog.partitions();
    wanted.retain(|table| !partitions.contains(&table.name));
    wanted.retain(|table| demand.only.is_none_or(|only| only.contains(&table.name)));
    // Once more for those that have none: what the migration will reference may have come behind them.
    for table in wanted.iter().chain(&wanted) {
        if filled.rows.contains_key(&table.name) {
            continue;
        }
        match (Attempts { table, inspection, zero: &zero }).make(&mut transaction, demand.rows).await? {
            Ok(rows) => drop(filled.rows.insert(table.name.clone(), rows)),
            Err(reason) => drop(filled.without.insert(table.name.clone(), reason)),
        }
    }
    filled.without.retain(|table, _| !filled.rows.contains_key(table));
    transaction.commit().await?;
    Ok(filled)
}

/// Tables after those that they reference; a circle is begun anywhere.
fn in_order(tables: &BTreeMap<QualifiedName, Arc<Table>>) -> Vec<&Table> {
    let mut ordered: Vec<&Table> = Vec::new();
    let mut left: Vec<&Table> = tables.values().map(Arc::as_ref).collect();
    while !left.is_empty() {
        let waits = |table: &&Table| {
            let mut keys = table.foreign_keys.iter().filter(|key| key.references != table.name);
            keys.any(|key| left.iter().any(|other| other.name == key.references))
        };
        let at = left.iter().position(|table| !waits(table)).unwrap_or(0);
        ordered.push(left.remove(at));
    }
    ordered
}

/// Of the queries, those that can be asked and give 0 as it is.
async fn that_hold(connection: &mut PgConnection, queries: &[String]) -> Result<Vec<String>, sqlx::Error> {
    let mut hold = Vec::new();
    for query in queries {
        if all_zero(connection, std::slice::from_ref(query)).await.unwrap_or(false) {
            hold.push(query.clone());
        }
    }
    Ok(hold)
}

async fn all_zero(connection: &mut PgConnection, queries: &[String]) -> Result<bool, sqlx::Error> {
    for query in queries {
        if session::count(connection, query).await? > 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The tries for one table.
struct Attempts<'a> {
    table: &'a Table,
    inspection: &'a Inspection,
    zero: &'a [String],
}

/// The rows of a referenced table that may be referenced: the values of the key's columns.
type Parents = Vec<Vec<Option<String>>>;

impl Attempts<'_> {
    /// Makes so many rows, or as many as can be had; the last refusal where there is none.
    async fn make(&self, connection: &mut PgConnection, wanted: usize) -> Result<Result<usize, String>, sqlx::Error> {
        let mut parents = BTreeMap::new();
        for key in &self.table.foreign_keys {
            let rows = self.parents(connection, key).await?;
            if rows.is_empty() && key.references != self.table.name && self.must_reference(key) {
                return Ok(Err(format!("{} has none, and must be referenced", key.references)));
            }
            parents.insert(key.columns.clone(), rows);
        }
        let (mut made, mut refusal) = (0, String::new());
        for attempt in 0..TRIES {
            if made == wanted {
                break;
            }
            let Some(row) = self.row(attempt, &parents) else {
                return Ok(Err("nothing is known of the type of a column that refuses NULL".to_owned()));
            };
            let mut savepoint = connection.begin().await?;
            let outcome = async {
                execute(&mut savepoint, &self.insert(&row)).await?;
                all_zero(&mut savepoint, self.zero).await
            };
            match outcome.await {
                Ok(true) => {
                    savepoint.commit().await?;
                    made += 1;
                }
                Ok(false) => {
                    "what the migration asks of the rows refuses them".clone_into(&mut refusal);
                    savepoint.rollback().await?;
                }
                Err(error) => {
                    refusal = plain(&error);
                    savepoint.rollback().await?;
                }
            }
        }
        Ok(if made == 0 { Err(refusal) } else { Ok(made) })
    }

    async fn parents(&self, connection: &mut PgConnection, key: &ForeignKey) -> Result<Parents, sqlx::Error> {
        let columns = key.referenced_columns.iter().map(|column| format!("{}::text", quote::name(column)));
        let sql = format!(
            "SELECT {} FROM {} LIMIT {PARENTS}",
            columns.collect::<Vec<_>>().join(", "),
            quote::qualified(&key.references)
        );
        let rows = query_all(connection, &sql).await?;
        rows.iter().map(|row| (0..key.columns.len()).map(|at| row.try_get(at)).collect()).collect()
    }

    /// Whether no row can do without what a foreign key references.
    fn must_reference(&self, key: &ForeignKey) -> bool {
        let must = |name| {
            self.table.column(name).is_some_and(|column| {
                !column.nullable && column.default.is_none() && column.generated.is_none() && column.identity.is_none()
            })
        };
        key.columns.iter().all(must)
    }

    /// The one column that may be NULL and is not in this try, where there is one like that.
    fn the_only_one(&self, attempt: usize) -> Option<&Identifier> {
        let (begin, every) = ALL_BUT_ONE;
        if attempt < begin || !attempt.is_multiple_of(every) {
            return None;
        }
        let nullable = self.table.columns.iter().filter(|column| column.nullable && column.generated.is_none());
        let names: Vec<&Identifier> = nullable.map(|column| &column.name).collect();
        names.get(attempt / every % names.len().max(1)).copied()
    }

    /// The values of a try, as text; `None` where a column must have a value and none is known.
    fn row(
        &self,
        attempt: usize,
        parents: &BTreeMap<Vec<Identifier>, Parents>,
    ) -> Option<Vec<(&Identifier, Option<String>)>> {
        let mut row = Vec::new();
        let only = self.the_only_one(attempt);
        for (place, column) in self.table.columns.iter().enumerate() {
            if column.generated.is_some() || column.identity.is_some() {
                continue;
            }
            let referenced = parents.iter().find_map(|(columns, rows)| {
                let at = columns.iter().position(|one| *one == column.name)?;
                Some(rows.get(attempt % rows.len().max(1)).and_then(|row| row[at].clone()))
            });
            let value = match referenced {
                _ if column.nullable && only.is_some_and(|only| *only != column.name) => None,
                Some(value) => value,
                None if column.nullable && attempt % IN_ORDER == 1 => None,
                None => self.value(column, place, attempt),
            };
            match value {
                // The default, where there is one, may be of a type that we can't write.
                None if !column.nullable && column.default.is_none() => return None,
                None if !column.nullable => {}
                value => row.push((&column.name, value)),
            }
        }
        Some(row)
    }

    fn value(&self, column: &Column, place: usize, attempt: usize) -> Option<String> {
        let named = self.named(column, attempt);
        let mixed = mix(place, attempt);
        // What a check names goes first: little else passes. A third of the later tries leaves it aside.
        if !named.is_empty() && (attempt < IN_ORDER || !mixed.is_multiple_of(3)) {
            let at = if attempt < IN_ORDER { attempt } else { mixed / 3 };
            return Some(named[at % named.len()].clone());
        }
        let n = if attempt < IN_ORDER || mixed.is_multiple_of(2) { attempt } else { mixed / 2 % IN_ORDER };
        nth(&column.sql_type, self.inspection, n)
    }

    /// What the checks on the column name, and the bounds of partitions.
    fn named(&self, column: &Column, attempt: usize) -> Vec<String> {
        let mentions = |text: &str| schema_model::sql_text::mentions(text, column.name.as_str());
        let texts = self.table.checks.iter().map(|check| check.expression.canonical());
        let of_column = texts.filter(|text| mentions(text)).flat_map(|text| {
            let long = of_named_length(text, &column.sql_type, attempt);
            if long.is_empty() { named_in(text) } else { long }
        });
        let tree = self.table.partitioning.iter().flat_map(|by| {
            let below = by.all().into_iter().filter_map(|partition| partition.partitioning.as_deref());
            std::iter::once(by).chain(below)
        });
        let bounds = tree.filter(|by| mentions(&by.key)).flat_map(|by| &by.partitions);
        let mut named: Vec<String> = of_column.chain(bounds.flat_map(|partition| named_in(&partition.bound))).collect();
        named.retain(|text| may_be(&column.sql_type, text));
        named
    }

    fn insert(&self, row: &[(&Identifier, Option<String>)]) -> String {
        let table = quote::qualified(&self.table.name);
        // What is computed when it is read may fail then: it is read at once.
        let computed = self.table.columns.iter().filter(|column| column.is_virtual);
        let read: Vec<String> = computed.map(|column| quote::name(&column.name)).collect();
        let returning = if read.is_empty() { String::new() } else { format!(" RETURNING {}", read.join(", ")) };
        if row.is_empty() {
            return format!("INSERT INTO {table} DEFAULT VALUES{returning}");
        }
        let columns: Vec<String> = row.iter().map(|(name, _)| quote::name(name)).collect();
        let values: Vec<String> = row.iter().map(|(_, value)| literal(value.as_deref())).collect();
        format!("INSERT INTO {table} ({}) VALUES ({}){returning}", columns.join(", "), values.join(", "))
    }
}

/// A value as a literal of unknown type, which the server reads as the column's.
pub(super) fn literal(value: Option<&str>) -> String {
    value.map_or_else(|| "NULL".to_owned(), quote::literal)
}

/// Whether only the server numbers the column.
pub(super) fn is_always_numbered(column: &Column) -> bool {
    column.identity.as_ref().is_some_and(|identity| identity.kind == IdentityKind::Always)
}

/// A number that looks thrown and is the same each time (the constants of Knuth's generator).
fn mix(place: usize, attempt: usize) -> usize {
    let seed = (place as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (attempt as u64);
    let mixed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (mixed >> 40) as usize
}
