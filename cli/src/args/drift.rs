//! What `drift` takes.

use clap::Args;

use super::AnswerArgs;

/// What `drift` takes.
#[derive(Debug, Args)]
pub(crate) struct DriftArgs {
    /// Write a migration that makes this object everywhere what it is here, where it is recorded as done; repeatable, or `all`
    #[arg(long, value_name = "OBJECT", conflicts_with = "revert")]
    pub(crate) adopt: Vec<String>,
    /// Write a migration that makes this object again what the migrations had made of it; repeatable, or `all`
    #[arg(long, value_name = "OBJECT")]
    pub(crate) revert: Vec<String>,
    /// The migration's name
    #[arg(long)]
    pub(crate) name: Option<String>,
    #[command(flatten)]
    pub(crate) answers: AnswerArgs,
    /// Another scratch server, on which databases may be made and dropped. Else SCRATCH_DATABASE_URL, schema.toml
    #[arg(long, value_name = "URL")]
    pub(crate) scratch_url: Option<String>,
}
