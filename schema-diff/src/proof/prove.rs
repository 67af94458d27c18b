//! The proof of new migrations: each is written, read back, walked through phase by phase on rows, and applied as `apply`
//! does it. What goes into the manifest is what was seen.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use schema_model::{Catalog, QualifiedName, SqlObject};
use sqlx::Connection;

use super::ProofError;
use super::end_state::{apply_all_phases, catalog_of, require_nothing_left, touched};
use super::execute::Sessions;
use super::rehearse::with_neighbours;
use super::release::Release;
use super::scratch::{Scratch, ScratchDatabase, refused};
use super::walk::{Fault, Walk};
use crate::apply::gate::new_names;
use crate::apply::{ApplyError, Target};
use crate::dialect::postgres::fill_tables::{Demand, Filled, fill};
use crate::dialect::postgres::inspect::{inspect, inspect_again};
use crate::migration::{Manifest, Migration, load_one, save};
use crate::statement::{Body, one_line};

/// So many rows a table gets. Where a migration can't do with their values (a conversion that fails on some, say) it is
/// fewer, ordinary ones, and none in the end: what that leaves open is said.
const ROWS: [usize; 3] = [5, 2, 0];

/// Of more tables than these only those around a migration get rows.
const FEW_TABLES: usize = 100;

/// The tables on which a migration works, with those that they reference, and those that reference them.
fn around(migration: &Migration, catalog: &Catalog) -> BTreeSet<QualifiedName> {
    let locks = migration.steps.iter().chain(&migration.undo).flat_map(|step| &step.locks);
    let locked = locks.filter(|lock| !lock.of_view).map(|lock| lock.table.clone());
    let leaned_on = migration.manifest.leans_on.iter().filter_map(|name| name.parse().ok());
    let tables: BTreeSet<QualifiedName> = locked.chain(leaned_on).collect();
    // What is about no table, as a domain's check, may be about every row.
    if tables.is_empty() { catalog.tables.keys().cloned().collect() } else { with_neighbours(&tables, catalog) }
}

/// What is to be proven, and how strictly.
#[derive(Clone, Copy, Debug)]
pub struct Proposition<'a> {
    /// The migrations that come before.
    pub existing: &'a [Migration],
    /// What counts of the beginning.
    pub from: &'a Catalog,
    /// What the end must be.
    pub to: &'a Catalog,
    /// An empty folder that is given up afterwards.
    pub workspace: &'a Path,
    /// Whether a migration is taken though the walk through it found something, which its manifest then says.
    pub unproven: bool,
}

/// Walks through the migrations one after the other, applies them, and gives each its fingerprints; gives the catalog in
/// the end. The database is as it is before them, and is dropped.
pub async fn prove(
    scratch: &mut Scratch,
    database: ScratchDatabase,
    new: &mut [Migration],
    proposition: Proposition<'_>,
) -> Result<Catalog, ProofError> {
    let mut proof = Proof { scratch, database, all: proposition.existing.to_vec(), unproven: proposition.unproven };
    let outcome = async {
        let begin = catalog_of(&Target::new(&proof.database.url, None)?).await?;
        let missing = missing(&begin, &proposition);
        Ok((proof.prove_all(begin, new, &proposition).await?, missing))
    };
    let outcome: Result<_, ProofError> = outcome.await;
    proof.scratch.drop_database(&proof.database).await?;
    let (end, missing) = outcome?;
    let mut to = proposition.to.clone();
    to.objects.retain(|key, _| !missing.contains(key));
    require_nothing_left(&end, &to)?;
    for migration in new.iter_mut().filter(|_| !missing.is_empty()) {
        let gap = format!("can't be made on the scratch server and stays as it is: {}", missing.join(", "));
        migration.manifest.proof_gaps.push(gap);
    }
    Ok(end)
}

/// Objects that stay as they are and that the scratch server hasn't, since they have no form here or it lacks what they
/// need: what is proven doesn't lean on them.
fn missing(begin: &Catalog, Proposition { from, to, .. }: &Proposition<'_>) -> Vec<String> {
    let stays = |(key, object): &(&String, &SqlObject)| from.objects.get(*key) == Some(object);
    let missing = to.objects.iter().filter(stays).filter(|(key, _)| !begin.objects.contains_key(*key));
    missing.map(|(key, _)| key.clone()).collect()
}

/// Walks through the last of the migrations as its files say it now, after those before it on an empty database.
pub async fn prove_again(scratch: &mut Scratch, migrations: &[Migration]) -> Result<Proven, ProofError> {
    let Some((_, earlier)) = migrations.split_last() else { return Ok(Proven::default()) };
    let database = scratch.database().await?;
    database.make_roles(migrations).await?;
    let mut proof = Proof { scratch, database, all: earlier.to_vec(), unproven: false };
    let outcome = async {
        let before = proof.apply_only().await?;
        proof.all = migrations.to_vec();
        proof.walk(&before).await
    }
    .await;
    proof.scratch.drop_database(&proof.database).await?;
    Ok(outcome?.1)
}

/// Whether no struct and no SQL declares an object, and it only followed a rename or came along with an extension: it may
/// be there in one database and not in another. What may be done with a column, and what is said of it, has the column's
/// name in its key.
fn is_nobodys(key: &str, seen: [&Catalog; 2], Proposition { from, to, .. }: &Proposition<'_>) -> bool {
    let has = |catalog: &Catalog| catalog.objects.contains_key(key);
    let comes_along = ["privileges ", "comment ", "extension "].iter().any(|kind| key.starts_with(kind));
    let follows = seen.into_iter().all(has) || comes_along;
    follows && seen.into_iter().any(has) && ![*from, *to].into_iter().any(has)
}

/// Partitions that no side declares follow their table; one database has others than the next.
fn without_partitions(seen: [&Catalog; 2], Proposition { from, to, .. }: &Proposition<'_>) -> [Catalog; 2] {
    let follow = |name: &&QualifiedName| ![*from, *to].iter().any(|side| side.tables.contains_key(*name));
    seen.map(|catalog| {
        let names = catalog.partitions().into_iter().filter(follow);
        let partitions: Vec<QualifiedName> = names.cloned().collect();
        let mut rest = catalog.clone();
        rest.tables.retain(|name, _| !partitions.contains(name));
        rest
    })
}

/// What a proof has shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proven {
    /// How many rows each table had.
    pub rows: BTreeMap<String, usize>,
    /// What it could not show, and why.
    pub gaps: Vec<String>,
    /// Whether the walk came to its end.
    pub walked: bool,
}

struct Proof<'a> {
    scratch: &'a mut Scratch,
    /// As it is before the last migration of `all`.
    database: ScratchDatabase,
    all: Vec<Migration>,
    unproven: bool,
}

impl Proof<'_> {
    async fn prove_all(
        &mut self,
        begin: Catalog,
        new: &mut [Migration],
        proposition: &Proposition<'_>,
    ) -> Result<Catalog, ProofError> {
        let mut end = begin;
        for migration in new {
            // What is proven is what the files say, so it goes through them.
            let written = Migration { path: proposition.workspace.join(migration.folder_name()), ..migration.clone() };
            save(&written)?;
            self.all.push(load_one(&written.path)?);
            self.database.make_roles([self.last()]).await?;
            // A baseline changes nothing here; what it makes is proven on an empty database.
            if migration.manifest.baseline {
                end = self.apply_only().await?;
                continue;
            }
            let (after, shown) = self.walk(&end).await?;
            let [was, is] = without_partitions([&end, &after], proposition);
            let mut objects = touched(&was, &is);
            objects.retain(|key, _| !is_nobodys(key, [&end, &after], proposition));
            migration.manifest = Manifest {
                proof: Some(if shown.walked { "every phase" } else { "end state" }.to_owned()),
                proof_rows: shown.rows,
                proof_gaps: shown.gaps,
                objects,
                ..migration.manifest.clone()
            };
            end = after;
        }
        Ok(end)
    }

    async fn apply_only(&mut self) -> Result<Catalog, ProofError> {
        let target = Target::new(&self.database.url, None)?;
        apply_all_phases(&target, &self.all).await?;
        catalog_of(&target).await
    }

    /// Walks on as many rows as the migration can do with.
    async fn walk(&mut self, before: &Catalog) -> Result<(Catalog, Proven), ProofError> {
        let mut gaps: Vec<String> = Vec::new();
        for wanted in ROWS {
            let walked = self.scratch.copy_of(&self.database).await?;
            let (filled, around) = self.filled(&walked, wanted).await?;
            let applied = self.scratch.copy_of(&walked).await?;
            match self.walk_on(&walked, &applied, before, &filled.rows).await {
                Ok(end) => {
                    self.scratch.drop_database(&walked).await?;
                    let done = std::mem::replace(&mut self.database, applied);
                    self.scratch.drop_database(&done).await?;
                    let without = filled.without.iter().filter(|(table, _)| around.contains(table));
                    gaps.extend(without.map(|(table, why)| format!("no rows in {table}: {why}")));
                    let rows = filled.rows.into_iter().filter(|(table, _)| around.contains(table));
                    let rows = rows.map(|(table, rows)| (table.to_string(), rows)).collect();
                    return Ok((end, Proven { rows, gaps, walked: true }));
                }
                Err(fault) => {
                    self.scratch.drop_database(&walked).await?;
                    self.scratch.drop_database(&applied).await?;
                    let fault = match fault {
                        Failed::Fault(fault) if fault.by_rows && wanted > 0 => fault,
                        Failed::Fault(fault) if self.unproven => {
                            let gaps = vec![format!("taken unproven: in {}: {}", fault.at, fault.what)];
                            return Ok((self.apply_only().await?, Proven { gaps, ..Proven::default() }));
                        }
                        Failed::Fault(fault) => return Err(ProofError::Walk { at: fault.at, what: fault.what }),
                        Failed::Error(error) => return Err(error),
                    };
                    gaps = vec![format!("not every value can be taken: in {}: {}", fault.at, fault.what)];
                }
            }
        }
        Err(ProofError::Scratch("no walk came to an end".to_owned()))
    }

    /// Fills the tables; gives those around the migration too.
    async fn filled(
        &self,
        database: &ScratchDatabase,
        rows: usize,
    ) -> Result<(Filled, BTreeSet<QualifiedName>), ProofError> {
        let mut connection = database.connect().await.map_err(refused)?;
        let inspection = inspect(&mut connection).await?;
        let zero = self.last().gates().filter_map(|step| match &step.body {
            Body::Gate(gate) => Some(gate.count.sql.clone()),
            Body::Statements(_) | Body::Backfill(_) | Body::Consent(_) => None,
        });
        let zero: Vec<String> = zero.collect();
        let around = around(self.last(), &inspection.catalog);
        let only = (inspection.catalog.tables.len() > FEW_TABLES).then_some(&around);
        let filled = fill(&mut connection, &inspection, Demand { rows, zero: &zero, only }).await.map_err(refused)?;
        connection.close().await.map_err(refused)?;
        Ok((filled, around))
    }

    fn last(&self) -> &Migration {
        &self.all[self.all.len() - 1]
    }

    /// Applies on one copy, which tells what the new release finds in the end; walks on the other; both must end alike.
    async fn walk_on(
        &self,
        walked: &ScratchDatabase,
        applied: &ScratchDatabase,
        from: &Catalog,
        rows: &BTreeMap<QualifiedName, usize>,
    ) -> Result<Catalog, Failed> {
        let target = Target::new(&applied.url, None).map_err(ProofError::from)?;
        apply_all_phases(&target, &self.all).await?;
        let to = catalog_of(&target).await?;
        let names = new_names(self.last());
        let mut new = Release::new(from, &to, &names);
        let mut connection = applied.connect().await?;
        new.fails_anyway = new.failing(&mut connection, &[]).await?;
        connection.close().await?;
        let migration = self.last();
        let mut sessions = Sessions::begin(walked.connect().await?, walked.connect().await?).await?;
        let answers = &migration.manifest.answers;
        let tightens_at_once = answers.strategy.values().any(|strategy| strategy == "expand");
        let old = Release::old(from, &to, &names);
        let mut walk = Walk { migration, from, to: &to, names: &names, rows, tightens_at_once, old, new };
        walk.go(&mut sessions).await.map_err(Failed::Fault)?;
        let end = inspect_again(&mut sessions.working).await.map_err(ProofError::from)?.catalog;
        sessions.working.close().await?;
        sessions.watching.close().await?;
        walk.require_same_end(&end).map_err(Failed::Fault)?;
        Ok(to)
    }
}

/// Why a walk did not come to its end.
enum Failed {
    Fault(Fault),
    Error(ProofError),
}

impl From<ProofError> for Failed {
    fn from(error: ProofError) -> Self {
        // A value that a conversion or a constraint can't take ends `apply` as well.
        match &error {
            ProofError::Run(failure) if failure.is_about_rows() => {
                let (at, what) = match failure {
                    ApplyError::Statement(failure) => (format!("\"{}\"", failure.title), failure.message.clone()),
                    ApplyError::RowsFailed { table, rows, .. } => {
                        let words = rows.iter().map(|row| format!("{}: {}", row.key, row.error));
                        (format!("the backfill of {table}"), words.collect::<Vec<_>>().join("; "))
                    }
                    ApplyError::GateClosed { .. } => {
                        ("the contract".to_owned(), "its gate counts rows of these".to_owned())
                    }
                    other => ("the run".to_owned(), other.to_string()),
                };
                Self::Fault(Fault { at, what: one_line(&what), by_rows: true })
            }
            _ => Self::Error(error),
        }
    }
}

impl From<sqlx::Error> for Failed {
    fn from(error: sqlx::Error) -> Self {
        Self::Error(ProofError::from(ApplyError::from(error)))
    }
}
