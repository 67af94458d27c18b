//! A change without any fault: what each command starts from, and what it leaves.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::change::Change;
use super::history::{History, transactional_steps};
use crate::cut::{Counting, Cut};
use crate::oracle::{Oracle, difference};
use crate::{Application, CargoSchema, Database, Server};

/// What is disturbed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Command {
    /// Expand and backfill.
    Apply,
    /// The release is everywhere.
    Confirm,
    /// The old form goes.
    Contract,
    /// The new form goes.
    Rollback,
    /// What the contract has set aside comes back.
    BringBack,
    /// What the contract has set aside goes.
    Drop,
}

impl Command {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Apply, Self::Confirm, Self::Contract, Self::Rollback, Self::BringBack, Self::Drop];

    fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Apply => &["apply"],
            Self::Confirm => &["confirm", "v2"],
            Self::Contract => &["contract"],
            Self::Rollback | Self::BringBack => &["rollback"],
            Self::Drop => &["contract", "--grace", "0"],
        }
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BringBack => "bring-back",
            Self::Drop => "drop",
            other => other.arguments()[0],
        })
    }
}

/// What a command leaves.
#[derive(Clone, Debug)]
pub struct Left {
    /// The catalog.
    pub listing: Vec<String>,
    /// The history.
    pub history: History,
    /// How many statements it took.
    pub statements: u64,
    /// How many of them change something.
    pub changes: u64,
}

impl Left {
    /// How many statements of that kind it took.
    pub fn counted(&self, counting: Counting) -> u64 {
        match counting {
            Counting::All => self.statements,
            Counting::Changes => self.changes,
        }
    }
}

/// A change on one server, with a database for each command to start from.
pub struct Course {
    /// The change.
    pub change: Change,
    /// The server, which may be stopped.
    pub server: &'static Server,
    /// The catalog before it all.
    pub before: Vec<String>,
    /// The steps that can't be begun twice.
    pub once: BTreeSet<String>,
    application: Application,
    starts: BTreeMap<Command, Database>,
    left: BTreeMap<Command, Left>,
}

impl Course {
    /// Runs every command without a fault.
    ///
    /// # Panics
    /// If one fails, or the result isn't that of a database made from the new structs alone.
    pub async fn of(change: Change, server: &'static Server) -> Self {
        let start = server.fresh_database().await;
        let application = Application::applied(&change.old_source, &start.url).await;
        let already = application.migrations().len();
        start.execute(&change.load).await;
        application.migrate_to(&change.new_source, change.flags).await;
        let once = transactional_steps(&application.migrations()[already..]);
        let before = listing(&start).await;
        let (starts, left) = (BTreeMap::new(), BTreeMap::new());
        let mut course = Self { change, server, before, once, application, starts, left };
        let filled = course.calm(Command::Apply, start).await;
        if filled.value("SELECT count(*) FROM _schema_migrations WHERE state = 'open'").await != "0" {
            let back = course.calm(Command::Rollback, server.copy_of(&filled).await).await;
            assert_eq!(difference(&course.before, &listing(&back).await), "", "- before, + rolled back");
            let confirmed = course.calm(Command::Confirm, filled).await;
            let mut done = course.calm(Command::Contract, confirmed).await;
            if is_in_grace(&done).await {
                let open = course.calm(Command::BringBack, server.copy_of(&done).await).await;
                let applied = &course.left(Command::Apply).listing;
                assert_eq!(difference(applied, &listing(&open).await), "", "- applied, + brought back");
                done = course.calm(Command::Drop, done).await;
            }
            course.is_like_made_anew(&done).await;
        } else {
            course.is_like_made_anew(&filled).await;
        }
        course
    }

    /// The commands that this change has.
    pub fn commands(&self) -> Vec<Command> {
        self.left.keys().copied().collect()
    }

    /// A database that a command starts from.
    pub async fn start(&self, command: Command) -> Database {
        self.server.copy_of(&self.starts[&command]).await
    }

    /// What a command leaves.
    pub fn left(&self, command: Command) -> &Left {
        &self.left[&command]
    }

    /// What is typed for a command.
    pub fn arguments(&self, command: Command) -> Vec<&'static str> {
        let back = matches!(command, Command::Rollback | Command::BringBack);
        let consent = if back { self.change.consent } else { &[] };
        [command.arguments(), consent].concat()
    }

    /// The program in the change's project.
    pub fn program(&self) -> CargoSchema {
        CargoSchema::in_directory(self.application.path())
    }

    /// Runs a command to its end.
    pub async fn run(&self, database: &Database, arguments: &[&str]) -> crate::Outcome {
        crate::application::finish(self.program().database(&database.url).spawn(arguments)).await
    }

    /// Keeps the database for the command to start from, and gives one after it.
    async fn calm(&mut self, command: Command, start: Database) -> Database {
        let database = self.server.copy_of(&start).await;
        let cut = Cut::halting(&database.url, (Counting::All, u64::MAX), false);
        let program = self.program().database(cut.url());
        crate::application::finish(program.spawn(&self.arguments(command))).await.expect_code(0);
        let (listing, history) = (listing(&database).await, History::of(&database).await);
        let [statements, changes] = [Counting::All, Counting::Changes].map(|counting| cut.statements(counting));
        self.left.insert(command, Left { listing, history, statements, changes });
        self.starts.insert(command, start);
        database
    }

    async fn is_like_made_anew(&self, database: &Database) {
        let fresh = self.server.fresh_database().await;
        let _application = Application::applied(&self.change.new_source, &fresh.url).await;
        let (wanted, found) = (listing(&fresh).await, listing(database).await);
        if !self.change.in_place {
            assert_eq!(difference(&wanted, &found), "", "- made anew, + migrated");
        }
        let ours = ["schema_sync", "_aside"];
        let left = found.iter().filter(|line| ours.iter().any(|name| line.contains(name))).collect::<Vec<_>>();
        assert!(left.is_empty(), "something of ours is left: {left:?}");
    }
}

/// Whether a contract has set something aside there.
pub(super) async fn is_in_grace(database: &Database) -> bool {
    database.value("SELECT count(*) FROM _schema_migrations WHERE state = 'in grace'").await != "0"
}

/// Everything in the database but the tool's own tables.
pub async fn listing(database: &Database) -> Vec<String> {
    Oracle::of(&["public"]).without_history().listing(&database.pool).await
}
