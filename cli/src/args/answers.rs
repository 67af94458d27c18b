//! Answers and consents, by name.

use clap::Args;

/// Answers and consents, by name.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Answers")]
pub(crate) struct AnswerArgs {
    /// A column (TABLE.OLD=NEW) or a table (OLD=NEW) that was renamed; repeatable
    #[arg(long, value_name = "OLD=NEW")]
    pub(crate) rename: Vec<String>,
    /// Consent to something destructive, by name; repeatable
    #[arg(long, value_name = "KIND:OBJECT")]
    pub(crate) allow: Vec<String>,
    /// How something is to be done; repeatable
    #[arg(long, value_name = "OBJECT=STRATEGY")]
    pub(crate) strategy: Vec<String>,
    /// What stands in a dropped column of rows that the new release writes, until the contract; repeatable
    #[arg(long, value_name = "TABLE.COLUMN=SQL")]
    pub(crate) old_default: Vec<String>,
    /// The value for rows that exist already, where no attribute says it; repeatable
    #[arg(long, value_name = "TABLE.COLUMN=SQL")]
    pub(crate) backfill: Vec<String>,
    /// The new value over the old columns, where no attribute says it; repeatable
    #[arg(long, value_name = "TABLE.COLUMN=SQL")]
    pub(crate) using: Vec<String>,
    /// The old value over the new columns, where no attribute says it; repeatable
    #[arg(long, value_name = "TABLE.COLUMN=SQL")]
    pub(crate) back: Vec<String>,
}
