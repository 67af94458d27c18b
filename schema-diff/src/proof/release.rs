//! What a release does to the tables that a migration touches, tried on the rows that are there, and taken back.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use schema_model::{Catalog, ObjectKind, QualifiedName, Table};
use sqlx::{Connection, PgConnection};

use crate::dialect::postgres::session::{count, execute, plain, sqlstate};
use crate::dialect::postgres::shape::{Shape, Values};
use crate::statement::Statement;

/// Old names of tables with the new ones.
pub(super) type Names = [(QualifiedName, QualifiedName)];

/// Statements that fail, by table and by what they are.
pub(super) type Failing = BTreeMap<(QualifiedName, String), Refusal>;

/// What the server says to a statement.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    /// With the statement.
    pub(super) message: String,
    /// The SQLSTATE, where there is one.
    pub(super) code: Option<String>,
}

impl Refusal {
    fn of(error: &sqlx::Error, sql: &str) -> Self {
        Self { message: format!("{}: {sql}", plain(error)), code: sqlstate(error) }
    }

    /// Whether a constraint refuses the values, or is missing where ON CONFLICT names it.
    pub(super) fn is_about_constraints(&self) -> bool {
        self.code.as_deref().is_some_and(|code| matches!(code, "23503" | "23505" | "23514" | "23P01" | "42P10"))
    }
}

/// A release.
pub(super) struct Release<'a> {
    /// Whether it is the one that is live.
    pub(super) is_old: bool,
    shapes: Vec<Shape<'a>>,
    /// What fails while nothing is under way: it says nothing about the migration.
    pub(super) fails_anyway: Failing,
}

impl<'a> Release<'a> {
    /// The release that is live, which knows the tables as they are. `names` are old and new ones of tables.
    pub(super) fn old(from: &'a Catalog, to: &Catalog, names: &Names) -> Self {
        let touched = touched(from, to);
        let other = |table: &Table| {
            let new = names.iter().find(|(old, _)| *old == table.name);
            to.table(&table.name).or_else(|| to.table(&new?.1))
        };
        Self {
            is_old: true,
            shapes: touched.map(|table| Shape::of_old(table, other(table))).collect(),
            fails_anyway: Failing::new(),
        }
    }

    /// The release to come. A table that is new has no row to be tried on, and a partition is written by the table whose it
    /// is: it may come when the release is there already.
    pub(super) fn new(from: &Catalog, to: &'a Catalog, names: &Names) -> Self {
        let partitions = to.partitions();
        let may_come_later = |name: &QualifiedName| !from.tables.contains_key(name) && partitions.contains(name);
        let touched = touched(to, from).filter(|table| !may_come_later(&table.name));
        let other = |table: &Table| {
            let old = names.iter().find(|(_, new)| *new == table.name);
            from.table(&table.name).or_else(|| from.table(&old?.0))
        };
        let shapes = touched.map(|table| Shape::of_new(table, other(table))).collect();
        Self { is_old: false, shapes, fails_anyway: Failing::new() }
    }

    pub(super) fn name(&self) -> &'static str {
        if self.is_old { "the old release" } else { "the new release" }
    }

    /// Tries everything, each table in a transaction that is rolled back. In the end of each, `equal` must give 0.
    pub(super) async fn failing(
        &self,
        connection: &mut PgConnection,
        equal: &[&Statement],
    ) -> Result<Failing, sqlx::Error> {
        let mut failing = Failing::new();
        for shape in &self.shapes {
            let mut transaction = connection.begin().await?;
            let fails_anyway =
                |what: &str| self.fails_anyway.contains_key(&(shape.table().name.clone(), what.to_owned()));
            let outcome = try_shape(shape, &mut transaction, equal, fails_anyway).await;
            transaction.rollback().await?;
            for (what, refusal) in outcome? {
                failing.insert((shape.table().name.clone(), what), refusal);
            }
        }
        failing.retain(|key, _| !self.fails_anyway.contains_key(key));
        Ok(failing)
    }
}

/// Tables of one side that differ from those of the other one, or behave in another way.
fn touched<'a>(own: &'a Catalog, other: &Catalog) -> impl Iterator<Item = &'a Arc<Table>> {
    let under_others = under_other_objects(own, other);
    let is_touched =
        move |table: &&Arc<Table>| other.tables.get(&table.name) != Some(*table) || under_others.contains(&table.name);
    own.tables.values().filter(is_touched)
}

/// Tables whose triggers, policies and the like differ, or what these call.
fn under_other_objects(from: &Catalog, to: &Catalog) -> BTreeSet<QualifiedName> {
    let differs = |key: &String| match (from.objects.get(key), to.objects.get(key)) {
        (Some(old), Some(new)) => !old.same_as(new),
        (old, new) => old.is_some() || new.is_some(),
    };
    let all = from.objects.iter().chain(&to.objects);
    let acting = all.filter(|(_, object)| {
        matches!(object.kind, ObjectKind::Trigger | ObjectKind::Rule | ObjectKind::Policy | ObjectKind::RowSecurity)
    });
    let other = acting.filter(|(key, object)| differs(key) || object.needs.iter().any(differs));
    other.filter_map(|(_, object)| object.table.clone()).collect()
}

async fn try_shape(
    shape: &Shape<'_>,
    connection: &mut PgConnection,
    equal: &[&Statement],
    fails_anyway: impl Fn(&str) -> bool,
) -> Result<Vec<(String, Refusal)>, sqlx::Error> {
    let mut failing = Vec::new();
    let rows = match attempt_rows(shape, connection).await? {
        Ok(rows) => rows,
        Err(refusal) => return Ok(vec![("a SELECT of all rows".to_owned(), refusal)]),
    };
    let mut spare = None;
    for row in &rows {
        match attempt(connection, &shape.delete(row).sql).await? {
            Ok(()) => {
                spare = Some(row);
                break;
            }
            Err(refusal) => failing = vec![("a DELETE".to_owned(), refusal)],
        }
    }
    let Some(row) = spare else { return Ok(failing) };
    failing.clear();
    let other: Option<&Values> = rows.iter().find(|other| *other != row);
    let delete = shape.delete(row);
    for probe in shape.statements(row, other) {
        // What fails where the release is at home may go through here, and leave behind what it never would.
        if fails_anyway(&probe.what) {
            // What comes behind the DELETE needs its place.
            if probe == delete {
                break;
            }
            continue;
        }
        if let Err(refusal) = attempt(connection, &probe.sql).await? {
            failing.push((probe.what, refusal));
        }
    }
    for query in equal {
        let mut savepoint = connection.begin().await?;
        let unequal = count(&mut savepoint, &query.sql).await;
        savepoint.rollback().await?;
        match unequal {
            Ok(0) => {}
            Ok(rows) => {
                let message = format!("{rows} rows are counted that must not be: {}", query.sql);
                failing.push(("all that was written".to_owned(), Refusal { message, code: None }));
            }
            Err(error) => failing.push(("all that was written".to_owned(), Refusal::of(&error, &query.sql))),
        }
    }
    Ok(failing)
}

async fn attempt_rows(
    shape: &Shape<'_>,
    connection: &mut PgConnection,
) -> Result<Result<Vec<Values>, Refusal>, sqlx::Error> {
    let mut savepoint = connection.begin().await?;
    let rows = shape.rows(&mut savepoint).await;
    savepoint.rollback().await?;
    Ok(rows.map_err(|error| Refusal::of(&error, "all rows")))
}

/// A statement in a savepoint.
async fn attempt(connection: &mut PgConnection, sql: &str) -> Result<Result<(), Refusal>, sqlx::Error> {
    let mut savepoint = connection.begin().await?;
    match execute(&mut savepoint, sql).await {
        Ok(()) => {
            savepoint.commit().await?;
            Ok(Ok(()))
        }
        Err(error) => {
            savepoint.rollback().await?;
            Ok(Err(Refusal::of(&error, sql)))
        }
    }
}
