//! What `pull` takes.

use clap::{Args, ValueEnum};

/// What `pull` takes.
#[derive(Debug, Args)]
pub(crate) struct PullArgs {
    /// Pull from another side: a database URL, embedded, embedded:MAJOR, lock, migrations, a .sql file or a folder of them
    #[arg(long, value_name = "SIDE")]
    pub(crate) from: Option<String>,
    /// The file for what is new, relative to the package; `-` prints everything and writes nothing
    #[arg(short, long, value_name = "FILE", default_value = "src/schema.rs")]
    pub(crate) output: String,
    /// A module for each table
    #[arg(long)]
    pub(crate) split: bool,
    /// Only this table, or all of a namespace; repeatable
    #[arg(long, value_name = "TABLE|NAMESPACE.*")]
    pub(crate) table: Vec<String>,
    /// Give primary keys types of their own: `UserId(i64)`
    #[arg(long)]
    pub(crate) newtypes: bool,
    /// The library of dates and times
    #[arg(long, value_enum, default_value_t = Dates::Chrono)]
    pub(crate) dates: Dates,
    /// The library of numeric
    #[arg(long, value_enum, default_value_t = Decimals::RustDecimal)]
    pub(crate) decimals: Decimals,
    /// The library of network addresses
    #[arg(long, value_enum, default_value_t = Networks::Ipnetwork)]
    pub(crate) networks: Networks,
    /// A further derive of every item; repeatable
    #[arg(long, value_name = "PATH")]
    pub(crate) derive: Vec<String>,
    /// Leave out sqlx::FromRow and sqlx::Type
    #[arg(long)]
    pub(crate) no_sqlx: bool,
    /// Show what would change, and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Another scratch server, on which databases may be made and dropped. Else SCRATCH_DATABASE_URL, schema.toml
    #[arg(long, value_name = "URL")]
    pub(crate) scratch_url: Option<String>,
}

/// The library of dates and times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Dates {
    Chrono,
    Time,
}

/// The library of numeric.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum Decimals {
    RustDecimal,
    #[value(name = "bigdecimal")]
    BigDecimal,
}

/// The library of network addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Networks {
    Ipnetwork,
    Ipnet,
}
