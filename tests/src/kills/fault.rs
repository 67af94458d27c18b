//! What goes wrong at a statement: the program is killed, its sessions are ended, the server stops.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::application::finish;
use crate::cut::{Counting, Cut};
use crate::workload::Workload;
use crate::{CargoSchema, Database, Outcome, Running};

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// `kill -9` of the program before the statement reaches the server.
    Kill,
    /// `kill -9` of the program while the server has the statement, which it may bring to its end.
    Client,
    /// `pg_terminate_backend` of all its sessions; at every other statement the server has it already.
    Terminate,
    /// An immediate stop of the server, which then comes back; at every other statement it has it already.
    Stop,
    /// `kill -9`, and a second one while the next run goes on from there.
    Twice,
    /// `kill -9`, and then the way back instead of the same command.
    Back,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Kill, Self::Client, Self::Terminate, Self::Stop, Self::Twice, Self::Back];

    fn name(self) -> &'static str {
        match self {
            Self::Kill => "kill",
            Self::Client => "client",
            Self::Terminate => "terminate",
            Self::Stop => "stop",
            Self::Twice => "twice",
            Self::Back => "back",
        }
    }

    fn delivers(self, at: u64) -> bool {
        match self {
            Self::Kill | Self::Twice | Self::Back => false,
            Self::Client => true,
            Self::Terminate | Self::Stop => at % 2 == 1,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let names: Vec<&str> = Self::ALL.iter().map(|kind| kind.name()).collect();
        let found = Self::ALL.into_iter().find(|kind| kind.name() == text);
        found.ok_or_else(|| format!("no kind `{text}`: {}", names.join(", ")))
    }
}

/// Runs a command with a fault at a statement. Gives whether the command came to it; else it has come to its end.
///
/// # Panics
/// If the program says nothing useful, or ends by itself without having done its work.
pub async fn disturb(
    program: &CargoSchema,
    command: &[&str],
    (kind, counting, at): (Kind, Counting, u64),
    database: &Database,
    workload: &Workload,
) -> bool {
    let cut = Cut::halting(&database.url, (counting, at), kind.delivers(at));
    let mut running = program.clone().database(cut.url()).spawn(command);
    let reached = tokio::select! {
        () = cut.halted() => true,
        () = ended(&mut running) => false,
    };
    if !reached {
        let outcome = finish(running).await;
        // Nothing open is nothing to roll back.
        let allowed: &[i32] = if command[0] == "rollback" { &[0, 5] } else { &[0] };
        assert!(allowed.contains(&outcome.code()), "undisturbed, {command:?} fails: {outcome:?}");
        return false;
    }
    match kind {
        Kind::Kill | Kind::Client | Kind::Twice | Kind::Back => {
            running.kill();
            cut.close();
        }
        Kind::Terminate => {
            let backends = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE application_name LIKE 'schema-diff%' AND datname = current_database()";
            database.rows(backends).await;
            cut.resume();
            says_what_to_do(&finish(running).await);
        }
        Kind::Stop => {
            workload.server_stops();
            database.server().cluster().crash().await;
            cut.resume();
            says_what_to_do(&finish(running).await);
        }
    }
    true
}

/// A session that was not needed any more may go unnoticed.
fn says_what_to_do(outcome: &Outcome) {
    let said = &outcome.stderr;
    assert!([0, 1, 6].contains(&outcome.code()) && !said.contains("panicked"), "{outcome:?}");
    assert!(outcome.code() == 0 || said.contains("again"), "no next action is named: {outcome:?}");
}

async fn ended(running: &mut Running) {
    while running.is_running() {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}
