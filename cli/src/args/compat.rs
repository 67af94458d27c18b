//! What `compat` takes.

use clap::Args;

/// Which migration, and which releases.
#[derive(Debug, Args)]
pub(crate) struct CompatArgs {
    /// Only this migration; else all that --release-ref doesn't have yet, or the newest
    #[arg(id = "only", value_name = "VERSION")]
    pub(crate) version: Option<i64>,
    /// The revision of release N, which is live: a tag, a branch or a commit; else the commit that was recorded with the release that was confirmed last (`release NAME --commit C`), where the database can be asked
    #[arg(long, value_name = "REF")]
    pub(crate) release_ref: Option<String>,
    /// Another scratch server, on which databases may be made and dropped. Else SCRATCH_DATABASE_URL, schema.toml
    #[arg(long, value_name = "URL")]
    pub(crate) scratch_url: Option<String>,
    /// The major version of the scratch server, 12 to 18
    #[arg(long, value_name = "MAJOR")]
    pub(crate) major: Option<u16>,
}
