//! What `contract` takes.

use std::time::Duration;

use clap::Args;
use clap::builder::PossibleValuesParser;
use schema_diff::apply::gate::{WAIVABLE, Waiver};

use super::WaitArgs;

/// What `contract` takes.
#[derive(Debug, Args)]
pub(crate) struct ContractArgs {
    /// Only this one
    #[arg(id = "only", value_name = "VERSION")]
    pub(crate) version: Option<i64>,
    /// How long after the switch what is set aside can be brought back, also where it is set aside already: 7d, 36h, 0 [default: `grace` in schema.toml, else 7d]
    #[arg(long, value_name = "SPAN", value_parser = crate::grace::parse)]
    pub(crate) grace: Option<Duration>,
    /// Go on without a piece of evidence that is missing, by its name in `status`; it is recorded; repeatable
    #[arg(long, value_name = "EVIDENCE", requires = "reason", value_parser = PossibleValuesParser::new(WAIVABLE))]
    waive: Vec<String>,
    /// Why, for whoever reads the history
    #[arg(long, value_name = "WHY", requires = "waive")]
    pub(crate) reason: Option<String>,
    #[command(flatten)]
    pub(crate) wait: WaitArgs,
}

impl ContractArgs {
    /// What is waived.
    pub(crate) fn waivers(&self) -> Vec<Waiver> {
        let reason = self.reason.clone().unwrap_or_default();
        self.waive.iter().map(|name| Waiver { name: name.clone(), reason: reason.clone() }).collect()
    }
}
