//! Steps become SQL, with the lock each statement takes and the work it does.
//!
//! The locks and the work are those of the measured table (PostgreSQL 12 to 18): a lock is claimed on tables that
//! existed before the step, since nobody waits for one on a new table.

mod backfill;
mod column;
mod domain;
mod gate;
mod numbering;
pub(super) mod object;
mod partition;
mod sync;
pub mod table;
mod view;

use schema_model::QualifiedName;

use crate::change::TableConstraint;
use crate::phase::Phase;
use crate::plan::answer::short_name;
use crate::plan::step::{Deed, Step};
use crate::statement::{Body, Consent, Gate, LockMode, ScriptStep, Statement, TableLock, Work};

use super::quote;

/// What a deed becomes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rendered {
    /// The statements in order.
    pub(crate) statements: Vec<String>,
    /// The locks they take on tables that existed before.
    pub(crate) locks: Vec<TableLock>,
    /// The dearest work they do.
    pub(crate) work: Work,
}

impl Rendered {
    pub(crate) fn new(statement: impl Into<String>) -> Self {
        Self { statements: vec![statement.into()], ..Self::default() }
    }

    pub(crate) fn locking(mut self, table: &QualifiedName, mode: LockMode) -> Self {
        self.locks.push(TableLock { table: table.clone(), mode, of_view: false });
        self
    }

    pub(crate) fn locking_view(mut self, view: &QualifiedName, mode: LockMode) -> Self {
        self.locks.push(TableLock { table: view.clone(), mode, of_view: true });
        self
    }

    pub(crate) fn working(mut self, work: Work) -> Self {
        self.work = work;
        self
    }
}

/// Renders the steps of one phase, in order.
pub fn render(phase: Phase, steps: &[Step]) -> Vec<ScriptStep> {
    let created: Vec<&QualifiedName> = steps.iter().flat_map(|step| &step.deeds).filter_map(created_table).collect();
    let of_phase = steps.iter().filter(|step| step.phase == phase);
    of_phase.zip(1..).map(|(step, number)| render_step(step, number, &created)).collect()
}

fn render_step(step: &Step, number: u32, created: &[&QualifiedName]) -> ScriptStep {
    let (body, mut locks, work) = body(step, created);
    for (table, partition) in &step.partitions {
        let of_table = locks.iter().find(|lock| lock.table == *table).cloned();
        let of_partition = of_table.map(|lock| TableLock { table: partition.clone(), ..lock });
        let more = of_partition.filter(|lock| !locks.contains(lock));
        locks.extend(more);
    }
    // Whoever takes a number waits behind it, though it locks no table.
    let on_sequences =
        matches!(&body, Body::Statements(all) if all.iter().all(|one| one.sql.starts_with("ALTER SEQUENCE ")));
    let strong = on_sequences || locks.iter().any(|lock| lock.mode.is_strong());
    ScriptStep {
        phase: step.phase,
        part: step.part,
        number,
        title: step.title.clone(),
        locks,
        work,
        transaction: step.transaction,
        // A strong lock is given up soon, since everybody queues behind whoever waits for it. What blocks nobody may wait,
        // and a concurrent build, which waits for old transactions to end, as long as it takes: what it has done till
        // then is lost otherwise.
        lock_timeout: match (strong, step.transaction) {
            (true, _) => "100ms",
            (false, true) => "60s",
            (false, false) => "0",
        }
        .to_owned(),
        statement_timeout: "0".to_owned(),
        done_when: step.done_when.clone(),
        hazards: step.hazards.iter().map(ToString::to_string).collect(),
        body,
        line: 0,
    }
}

fn body(step: &Step, created: &[&QualifiedName]) -> (Body, Vec<TableLock>, Work) {
    match step.deeds.as_slice() {
        [Deed::Fill(fill)] => {
            let lock = TableLock { table: fill.table.clone(), mode: LockMode::RowExclusive, of_view: false };
            (Body::Backfill(backfill::render(fill)), vec![lock], Work::Batches)
        }
        [Deed::GateEqual { sync, key, partitioned }] => {
            (Body::Gate(gate::equal(sync, key, *partitioned)), Vec::new(), Work::Scan)
        }
        [Deed::GateValid { table, constraint }] => {
            let count = Statement::new(gate::valid(table, constraint));
            (Body::Gate(Gate::counting(count)), Vec::new(), Work::Scan)
        }
        [Deed::ConsentToDrop { table, column, sql_type, columns, value }] => {
            let query = gate::written(table, (column, sql_type), columns, value.as_deref());
            let consent =
                Consent { flag: format!("drop:{}", short_name(table, Some(column))), query: Statement::new(query) };
            (Body::Consent(consent), Vec::new(), Work::Scan)
        }
        deeds => {
            let rendered: Vec<Rendered> = deeds.iter().map(render_deed).collect();
            // A table that is made in the same migration; of what that references single rows are looked up.
            let is_new = |one: &&Rendered| {
                let mut read = one.locks.iter().filter(|lock| lock.mode > LockMode::RowShare).peekable();
                read.peek().is_some() && read.all(|lock| created.contains(&&lock.table))
            };
            let work = rendered.iter().filter(|one| !is_new(one)).map(|one| one.work).max().unwrap_or_default();
            let locks =
                strongest(rendered.iter().flat_map(|one| &one.locks).filter(|lock| !created.contains(&&lock.table)));
            let texts = rendered.into_iter().flat_map(|one| one.statements);
            let statements = match step.phase {
                Phase::Undo => texts.map(|sql| Statement::new(if_exists(&sql))).collect(),
                Phase::Expand | Phase::Backfill | Phase::Contract => texts.map(Statement::new).collect(),
            };
            (Body::Statements(statements), locks, work)
        }
    }
}

/// The way back begins anywhere, so what it drops may not be there yet.
fn if_exists(sql: &str) -> String {
    for words in [
        "DROP TYPE ",
        "DROP VIEW ",
        "DROP MATERIALIZED VIEW ",
        "DROP TRIGGER ",
        "DROP FUNCTION ",
        "DROP SEQUENCE ",
        "DROP INDEX CONCURRENTLY ",
        "DROP INDEX ",
    ] {
        if let Some(rest) = sql.strip_prefix(words) {
            return format!("{words}IF EXISTS {rest}");
        }
    }
    for words in [" DROP COLUMN ", " DROP CONSTRAINT "] {
        for alter in ["ALTER TABLE ", "ALTER DOMAIN "] {
            // The words stand right after the name, before anything that a user wrote.
            if let Some((name, rest)) = sql.strip_prefix(alter).and_then(|rest| rest.split_once(words)) {
                return format!("{alter}{name}{words}IF EXISTS {rest}");
            }
        }
    }
    sql.to_owned()
}

fn created_table(deed: &Deed) -> Option<&QualifiedName> {
    match deed {
        Deed::CreateTable(table) => Some(&table.name),
        _ => None,
    }
}

/// The strongest lock on each table, in the order in which they are taken.
fn strongest<'a>(locks: impl Iterator<Item = &'a TableLock>) -> Vec<TableLock> {
    let mut all: Vec<TableLock> = Vec::new();
    for lock in locks {
        match all.iter_mut().find(|other| other.table == lock.table) {
            Some(other) => other.mode = other.mode.max(lock.mode),
            None => all.push(lock.clone()),
        }
    }
    all
}

/// Runs the commands that a query puts together when it is run, since databases differ in their roles.
fn run_each(why: &str, commands: &str) -> String {
    let body = format!(
        "\nDECLARE\n  command text;\nBEGIN  -- {why}\n  FOR command IN\n{commands}\n  LOOP\n    EXECUTE command;\n  END LOOP;\nEND\n"
    );
    format!("DO {}", quote::dollar(&body))
}

/// The SQL of one deed.
fn render_deed(deed: &Deed) -> Rendered {
    match deed {
        Deed::CreateNamespace(name) => Rendered::new(format!("CREATE SCHEMA IF NOT EXISTS {}", quote::name(name))),
        Deed::CreateEnum(enum_type) | Deed::CreateEnumBeside(enum_type) => {
            Rendered { statements: table::create_enum(enum_type), ..Rendered::default() }
        }
        Deed::DropEnum(name) => Rendered::new(format!("DROP TYPE {}", quote::qualified(name))),
        Deed::RenameEnum { from, to } => {
            Rendered::new(format!("ALTER TYPE {} RENAME TO {}", quote::qualified(from), quote::name(&to.name)))
        }
        Deed::AddEnumValue { name, value, before } => {
            let place = before.as_ref().map(|before| format!(" BEFORE {}", quote::literal(before))).unwrap_or_default();
            Rendered::new(format!("ALTER TYPE {} ADD VALUE {}{place}", quote::qualified(name), quote::literal(value)))
        }
        Deed::CommentOnEnum(name, comment) => {
            Rendered::new(table::comment_on("TYPE", &quote::qualified(name), comment.as_deref()))
        }
        Deed::CreateTable(table) => {
            let mut rendered = Rendered { statements: table::create_table(table), ..Rendered::default() };
            for key in table.foreign_keys.iter().filter(|key| key.references != table.name) {
                rendered = rendered.locking(&key.references, LockMode::ShareRowExclusive);
            }
            rendered
        }
        Deed::DropTable { table, references } => {
            let rendered = Rendered::new(format!("DROP TABLE {}", quote::qualified(table)));
            let rendered = rendered.locking(table, LockMode::AccessExclusive);
            references.iter().fold(rendered, |rendered, other| rendered.locking(other, LockMode::AccessExclusive))
        }
        Deed::CreateView(over) => view::create(over),
        Deed::DropView { view, .. } => view::drop(view),
        Deed::RenameTable { from, to } => rename_table(from, to),
        Deed::CommentOnTable(name, comment) => {
            Rendered::new(table::comment_on("TABLE", &quote::qualified(name), comment.as_deref()))
                .locking(name, LockMode::ShareUpdateExclusive)
        }
        Deed::SetStorageParameters { table, set, reset } => object::storage_parameters(table, set, reset),
        Deed::SetLogged { table, logged } => {
            let word = if *logged { "LOGGED" } else { "UNLOGGED" };
            Rendered::new(format!("ALTER TABLE {} SET {word}", quote::qualified(table)))
                .locking(table, LockMode::AccessExclusive)
                .working(Work::Rewrite)
        }
        Deed::CreateObject(object) => object::create(object),
        Deed::DropObject(object) => object::drop(object),
        Deed::CreateBeside { object, beside } => object::create_beside(object, beside),
        Deed::DropBeside(beside) => object::drop_beside(beside),
        Deed::TakePlace { object, beside, .. } => object::take_place(object, beside),
        Deed::ReplaceObject { from, to } => object::replace(from, to),
        Deed::CompileAnew(function) => object::compile_anew(function),
        Deed::AlterDomain { domain, tables, deed } => domain::render(domain, tables, deed),
        Deed::Column { table, column, deed } => column::render(table, column, deed),
        Deed::CreateSync(sync) => sync::create(sync),
        Deed::DropSync(sync) => sync::drop(sync),
        Deed::Analyze(name, columns) => {
            Rendered::new(format!("ANALYZE {} ({})", quote::qualified(name), quote::names(columns)))
                .locking(name, LockMode::ShareUpdateExclusive)
                .working(Work::Scan)
        }
        Deed::Fill(_) | Deed::GateEqual { .. } | Deed::GateValid { .. } | Deed::ConsentToDrop { .. } => {
            Rendered::default()
        }
        Deed::CreatePartitionedIndex { .. }
        | Deed::CreatePartitionedUnique { .. }
        | Deed::CreatePartitionedForeignKey { .. }
        | Deed::DropPartitionedIndex { .. }
        | Deed::FurnishPartitions(_)
        | Deed::CreatePartition { .. }
        | Deed::AttachPartition { .. }
        | Deed::DetachPartition { .. } => partition::render(deed),
        Deed::CreateIndex { .. } | Deed::DropIndex { .. } | Deed::RenameIndex { .. } => render_index(deed),
        Deed::AddConstraint { .. }
        | Deed::UniqueUsingIndex { .. }
        | Deed::PrimaryKeyUsingIndex { .. }
        | Deed::ValidateConstraint { .. }
        | Deed::DropConstraint { .. }
        | Deed::RenameConstraint { .. } => render_constraint(deed),
    }
}

fn rename_table(from: &QualifiedName, to: &QualifiedName) -> Rendered {
    let alter = |table: &QualifiedName, action: String| format!("ALTER TABLE {} {action}", quote::qualified(table));
    let mut statements = Vec::new();
    let moved = QualifiedName::new(to.namespace.clone(), from.name.clone());
    if from.namespace != to.namespace {
        statements.push(alter(from, format!("SET SCHEMA {}", quote::name(&to.namespace))));
    }
    if from.name != to.name {
        statements.push(alter(&moved, format!("RENAME TO {}", quote::name(&to.name))));
    }
    Rendered { statements, ..Rendered::default() }.locking(from, LockMode::AccessExclusive)
}

fn render_index(deed: &Deed) -> Rendered {
    match deed {
        Deed::CreateIndex { table, index, concurrently } => {
            let rendered = Rendered::new(table::create_index(table, index, *concurrently));
            if *concurrently {
                rendered.locking(table, LockMode::ShareUpdateExclusive).working(Work::IndexBuild)
            } else {
                // Only on a table that is made in the same step, and has no row yet.
                rendered.locking(table, LockMode::Share)
            }
        }
        Deed::DropIndex { table, index } => {
            let name = quote::qualified(&table.sibling(index.clone()));
            Rendered::new(format!("DROP INDEX CONCURRENTLY {name}")).locking(table, LockMode::ShareUpdateExclusive)
        }
        Deed::RenameIndex { table, from, to } => {
            let name = quote::qualified(&table.sibling(from.clone()));
            Rendered::new(format!("ALTER INDEX {name} RENAME TO {}", quote::name(to)))
        }
        _ => Rendered::default(),
    }
}

fn render_constraint(deed: &Deed) -> Rendered {
    let alter = |table: &QualifiedName, action: String| {
        Rendered::new(format!("ALTER TABLE {} {action}", quote::qualified(table)))
    };
    match deed {
        Deed::AddConstraint { table, constraint, not_valid } => {
            let suffix = if *not_valid { " NOT VALID" } else { "" };
            let rendered = alter(table, format!("ADD {}{suffix}", table::constraint(constraint)));
            match constraint {
                TableConstraint::ForeignKey(key) => rendered
                    .locking(table, LockMode::ShareRowExclusive)
                    .locking(&key.references, LockMode::ShareRowExclusive),
                _ => rendered.locking(table, LockMode::AccessExclusive),
            }
        }
        Deed::UniqueUsingIndex { table, unique, index } => {
            let name = unique.name.as_ref().unwrap_or(index);
            let deferrable = table::deferrable(unique.deferrable);
            alter(
                table,
                format!("ADD CONSTRAINT {} UNIQUE USING INDEX {}{deferrable}", quote::name(name), quote::name(index)),
            )
            .locking(table, LockMode::AccessExclusive)
        }
        Deed::PrimaryKeyUsingIndex { table, key, index } => {
            let name = quote::name(key.name.as_ref().unwrap_or(index));
            let deferrable = table::deferrable(key.deferrable);
            alter(table, format!("ADD CONSTRAINT {name} PRIMARY KEY USING INDEX {}{deferrable}", quote::name(index)))
                .locking(table, LockMode::AccessExclusive)
        }
        Deed::ValidateConstraint { table, name, references } => {
            let rendered = alter(table, format!("VALIDATE CONSTRAINT {}", quote::name(name)))
                .locking(table, LockMode::ShareUpdateExclusive)
                .working(Work::Scan);
            references.iter().fold(rendered, |rendered, other| rendered.locking(other, LockMode::RowShare))
        }
        Deed::DropConstraint { table, name, references } => {
            let rendered = alter(table, format!("DROP CONSTRAINT {}", quote::name(name)))
                .locking(table, LockMode::AccessExclusive);
            references.iter().fold(rendered, |rendered, other| rendered.locking(other, LockMode::AccessExclusive))
        }
        Deed::RenameConstraint { table, from, to } => {
            alter(table, format!("RENAME CONSTRAINT {} TO {}", quote::name(from), quote::name(to)))
                .locking(table, LockMode::AccessExclusive)
        }
        _ => Rendered::default(),
    }
}
