//! The command line: one definition gives parsing and help.

mod answers;
mod backfill;
mod compat;
mod contract;
mod drift;
mod pull;
mod status;
mod wait;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use self::answers::AnswerArgs;
pub(crate) use self::backfill::BackfillArgs;
pub(crate) use self::compat::CompatArgs;
pub(crate) use self::contract::ContractArgs;
pub(crate) use self::drift::DriftArgs;
pub(crate) use self::pull::{Dates, Decimals, Networks, PullArgs};
pub(crate) use self::status::{RepairArgs, ResolveArgs, RightSide, StatusArgs};
pub(crate) use self::wait::WaitArgs;
use crate::exit_code::HELP;

/// Compares structs with the live catalog and writes migrations that can be applied while the application runs.
#[derive(Debug, Parser)]
#[command(name = "cargo schema", bin_name = "cargo schema", version, propagate_version = true, after_help = HELP)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) global: Global,
}

/// What every command takes.
#[derive(Clone, Debug, Args)]
pub(crate) struct Global {
    /// The database: a URL, or `embedded[:MAJOR]` for this workspace's own server. Else DATABASE_URL, .env, schema.toml
    #[arg(short = 'D', long, global = true, value_name = "URL", hide_env_values = true)]
    pub(crate) database_url: Option<String>,
    /// The address past a pooler, which every run takes where it is given
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) direct_url: Option<String>,
    /// The package whose structs are read; repeatable
    #[arg(short, long, global = true, value_name = "NAME")]
    pub(crate) package: Vec<String>,
    /// Read the structs of all packages of the workspace
    #[arg(long, global = true)]
    pub(crate) workspace: bool,
    /// The Cargo.toml of the project
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) manifest_path: Option<PathBuf>,
    /// How results are written
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Colours
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
    pub(crate) color: Color,
    /// Say less
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Say more
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    pub(crate) verbose: bool,
    /// Passed on to cargo
    #[arg(long, global = true)]
    pub(crate) locked: bool,
    /// Passed on to cargo
    #[arg(long, global = true)]
    pub(crate) offline: bool,
}

/// How results are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
}

/// When colours are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

impl Color {
    /// Colour goes to terminals only, unless it is asked for.
    pub(crate) fn write_global(self) {
        match self {
            Self::Auto => {}
            Self::Always => anstream::ColorChoice::Always.write_global(),
            Self::Never => anstream::ColorChoice::Never.write_global(),
        }
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Set up a project: schema.toml and the folder of migrations
    #[command(after_help = concat!("Example:\n  cargo schema init\n\n", include_str!("exit_codes.txt")))]
    Init,
    /// Write an empty migration for hand-written SQL
    #[command(after_help = concat!("Example:\n  cargo schema new fill_in_missing_slugs\n\n", include_str!("exit_codes.txt")))]
    New {
        /// The migration's name
        name: String,
    },
    /// Compare the structs with the database, show the plan, and write it as a migration
    #[command(after_help = concat!("Examples:\n  cargo schema diff\n  cargo schema diff --write --rename users.user_name=display_name\n  cargo schema diff --write --allow drop:users.legacy\n  cargo schema diff --from lock --exit-code\n  cargo schema diff --sql > plan.sql\n\n", include_str!("exit_codes.txt")))]
    Diff(DiffArgs),
    /// Compare structs, schema.lock and migrations with each other; no server is needed
    #[command(after_help = concat!("Examples:\n  cargo schema check\n  cargo schema check --format json\n  cargo schema check --compiled\n  cargo schema check --prove\n  cargo schema check --prove all --scratch-url postgres://localhost/postgres\n\nOnly --prove needs a server, and starts one of its own unless --scratch-url names one. Whether an applied migration was edited only the history knows: `status` and `apply` say so.\n\n", include_str!("exit_codes.txt")))]
    Check(CheckArgs),
    /// Try the queries of both releases in every phase of a migration, on a scratch server
    #[command(after_help = concat!("Examples:\n  cargo schema compat --release-ref v41\n  cargo schema compat 20261123053202 --release-ref HEAD~3\n  cargo schema compat --release-ref v41 --format json\n\nRelease N is what `--release-ref` names, release N+1 the working tree. Queries are read from sqlx's macros and functions,\nfrom `.sqlx`, and from the folders that `queries` in schema.toml names. What can't be read or tried is listed.\nThe exit code is 5 if a query fails while its release is alive, at once or in live sessions; 3 if that depends on\nvalues, or if a query means something else; else 0.\n\n", include_str!("exit_codes.txt")))]
    Compat(CompatArgs),
    /// Show where the database is not what the applied migrations leave behind, and write the migration that settles it
    #[command(after_help = concat!("Examples:\n  cargo schema drift\n  cargo schema drift -D postgres://localhost/shop --format json\n  cargo schema drift --adopt users_email_idx\n  cargo schema drift --revert all\n\nWhat an open migration has made so far is no drift, and what a pending one will make is not missing. Without --adopt\nand --revert nothing is written, and the exit code is 4 if anything differs.\n\n", include_str!("exit_codes.txt")))]
    Drift(DriftArgs),
    /// Write the tables of a database as structs, and bring structs that are there already up to date
    #[command(after_help = concat!("Examples:\n  cargo schema pull\n  cargo schema pull -D postgres://localhost/shop --split --newtypes\n  cargo schema pull --from dump.sql --output - --dates time\n  cargo schema pull --table users --table 'billing.*'\n\nThe structs go into src/schema.rs. Structs that are there already, in whatever file, are edited where they stand:\nonly what differs changes.\n\n", include_str!("exit_codes.txt")))]
    Pull(PullArgs),
    /// Run expand and backfill of what is pending (all phases where nothing existed before)
    #[command(after_help = concat!("Examples:\n  cargo schema apply\n  cargo schema apply --dry-run\n  cargo schema apply --rate 5000 --max-replica-lag 5\n  cargo schema apply --between '01:00-05:00 Europe/Berlin'\n\n", include_str!("exit_codes.txt")))]
    Apply {
        /// Run the contract too, whatever existed before: for development databases; it is recorded
        #[arg(long)]
        all_phases: bool,
        /// Show what would run, and change nothing
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        wait: WaitArgs,
        #[command(flatten)]
        backfill: BackfillArgs,
    },
    /// Let backfills rest until `resume`; whoever is at work hears of it
    #[command(after_help = concat!("Example:\n  cargo schema pause\n\n", include_str!("exit_codes.txt")))]
    Pause,
    /// Let backfills go on, also at another rate
    #[command(after_help = concat!("Examples:\n  cargo schema resume\n  cargo schema resume --rate 2000\n\n", include_str!("exit_codes.txt")))]
    Resume {
        /// Rows per second at most, until the next `resume`
        #[arg(long, value_name = "ROWS", value_parser = clap::value_parser!(i64).range(1..))]
        rate: Option<i64>,
    },
    /// Record that a release is being rolled out
    #[command(after_help = concat!("Example:\n  cargo schema release v42 --commit 1f3870be\n\nThat the roll-out is complete says `cargo schema confirm v42`.\n\n", include_str!("exit_codes.txt")))]
    Release {
        /// The release, as you name it
        name: String,
        /// The commit that it was built from
        #[arg(long)]
        commit: Option<String>,
    },
    /// Say that a release is everywhere and nothing older runs
    #[command(after_help = concat!("Example:\n  cargo schema confirm v42\n\n", include_str!("exit_codes.txt")))]
    Confirm {
        /// The release, as you name it
        release: String,
    },
    /// Remove the old form of open migrations, when the gate is open
    #[command(after_help = concat!("Examples:\n  cargo schema contract\n  cargo schema contract --between 01:00-05:00 --no-wait\n  cargo schema contract 20261123053202 --grace 0\n  cargo schema contract --waive subscribers --reason 'the warehouse reads it no more, ticket 4711'\n\nWhat was planned with `--strategy OBJECT=grace` is only set aside; the first `contract` after the grace time drops it,\nand until then `rollback` brings it back.\n\n", include_str!("exit_codes.txt")))]
    Contract(ContractArgs),
    /// Take the newest open migration back, or in its grace time the contract; nothing is lost
    #[command(after_help = concat!("Examples:\n  cargo schema rollback\n  cargo schema rollback --allow drop:users.country\n\n", include_str!("exit_codes.txt")))]
    Rollback {
        /// Only this one
        #[arg(id = "only", value_name = "VERSION")]
        version: Option<i64>,
        /// After the contract was taken back, the rest of the migration too
        #[arg(long)]
        whole: bool,
        /// Consent to lose what only the new release has written, by name; repeatable
        #[arg(long, value_name = "KIND:OBJECT")]
        allow: Vec<String>,
        #[command(flatten)]
        wait: WaitArgs,
    },
    /// Show where every migration stands and what it waits for
    #[command(after_help = concat!("Examples:\n  cargo schema status --verbose\n  cargo schema status --watch\n  cargo schema status --exit-code --format json\n  cargo schema status --verify\n  cargo schema status --verify --sample 1000\n\n", include_str!("exit_codes.txt")))]
    Status(StatusArgs),
    /// Bring rows in which both forms disagree back in step, from the side that is right
    #[command(after_help = concat!("Examples:\n  cargo schema repair 20261123053202 --from old --dry-run\n  cargo schema repair 20261123053202 --from old\n\nA NULL never overwrites a value, and with --from new a row is left alone whose new value the way back and forth would\nchange: what is left is listed, for you to decide.\n\n", include_str!("exit_codes.txt")))]
    Repair(RepairArgs),
    /// Mark in the history what somebody did by hand; who, when and why is recorded
    #[command(after_help = concat!("Examples:\n  cargo schema resolve 20261123053202 --step backfill/2 --done --reason 'index built by hand, ticket 4711'\n  cargo schema resolve 20261123053202 --step backfill/1 --pending --reason 'rows came in by a restore'\n  cargo schema resolve 20261123053202 --rolled-back --reason 'taken back by hand'\n\nWhat the database can tell must agree: a step's postcondition, or for a whole migration the objects that it touches;\nelse --force is needed.\n\n", include_str!("exit_codes.txt")))]
    Resolve(ResolveArgs),
    /// This workspace's own PostgreSQL
    #[command(after_help = concat!("Examples:\n  cargo schema dev start\n  cargo schema dev psql -- -c 'SELECT 1'\n\n", include_str!("exit_codes.txt")))]
    Dev {
        #[command(subcommand)]
        action: DevAction,
    },
}

/// Where structs come from.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct StructArgs {
    /// Ask the compiler for the structs instead of reading the source: also for those that macros make. The application
    /// must compile
    #[arg(long)]
    pub(crate) compiled: bool,
}

/// What `diff` takes.
#[derive(Debug, Args)]
pub(crate) struct DiffArgs {
    /// Prove the plan on a scratch server and write it
    #[arg(long)]
    pub(crate) write: bool,
    /// Write it though the proof finds a fault, which migration.toml then says
    #[arg(long, requires = "write")]
    pub(crate) unproven: bool,
    /// Prove the plan on a scratch server and print it as one script for psql; it keeps no history
    #[arg(long, conflicts_with_all = ["write", "format"])]
    pub(crate) sql: bool,
    /// The migration's name
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// The side that is: a database URL, embedded, embedded:MAJOR, lock, migrations, a .sql file, structs, structs:PATH, empty
    #[arg(long, value_name = "SIDE")]
    pub(crate) from: Option<String>,
    /// The side that is to be
    #[arg(long, value_name = "SIDE")]
    pub(crate) to: Option<String>,
    #[command(flatten)]
    pub(crate) structs: StructArgs,
    #[command(flatten)]
    pub(crate) answers: AnswerArgs,
    /// Exit with 3 where something differs or is pending
    #[arg(long)]
    pub(crate) exit_code: bool,
    /// Another scratch server for the proof, on which databases may be made and dropped. Else SCRATCH_DATABASE_URL,
    /// schema.toml
    #[arg(long, value_name = "URL")]
    pub(crate) scratch_url: Option<String>,
}

/// What to look at beside the files.
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) structs: StructArgs,
    /// Walk through a migration again as its files say it now: the newest one, that of a version, or all
    #[arg(long, value_name = "VERSION|all", num_args = 0..=1, default_missing_value = "newest")]
    pub(crate) prove: Option<String>,
    /// Another scratch server for the proof, on which databases may be made and dropped. Else SCRATCH_DATABASE_URL,
    /// schema.toml
    #[arg(long, value_name = "URL", requires = "prove")]
    pub(crate) scratch_url: Option<String>,
}

/// What to do with the workspace's server.
#[derive(Debug, Subcommand)]
pub(crate) enum DevAction {
    /// Start it, with its data
    Start {
        /// The major version, 12 to 18
        #[arg(long)]
        major: Option<u16>,
    },
    /// Stop it; the data stay
    Stop,
    /// Print its URL; it is started if needed
    Url,
    /// Empty it and apply all migrations with all phases
    Reset,
    /// Open psql on it
    Psql {
        /// What psql takes
        #[arg(last = true)]
        arguments: Vec<OsString>,
    },
}

/// cargo passes `schema` as the first argument of `cargo schema …`.
pub(crate) fn without_cargo(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = arguments.collect();
    if arguments.get(1).is_some_and(|first| first == "schema") {
        arguments.remove(1);
    }
    arguments
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_definition_is_sound() {
        super::Cli::command().debug_assert();
    }
}
