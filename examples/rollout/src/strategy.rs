//! How instances of v41 are replaced by instances of v42. Each way ends with v41 gone and v42 confirmed.

mod blue_green;
mod canary;
mod rolling;

use std::error::Error;
use std::time::Duration;

use clap::ValueEnum;

use crate::instance::{Instance, Release};
use crate::shop::Shop;

/// How long each state lasts, so that requests meet it.
const STRETCH: Duration = Duration::from_millis(700);

/// One of the three.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Strategy {
    /// One instance after the other
    Rolling,
    /// A second set of instances is started, and all requests are switched over at once
    BlueGreen,
    /// One instance of the new release at first, which may be withdrawn
    Canary,
}

impl Strategy {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Rolling => "rolling",
            Self::BlueGreen => "blue-green",
            Self::Canary => "canary",
        }
    }

    pub(crate) fn sentence(self) -> &'static str {
        match self {
            Self::Rolling => "Rolling: one instance of v42 comes, one of v41 goes.",
            Self::BlueGreen => {
                "Blue-green: three instances of v42 come beside those of v41, and take all requests at once."
            }
            Self::Canary => "Canary: one instance of v42 gets a quarter of the requests.",
        }
    }

    pub(crate) async fn replace(self, shop: &Shop, old: Vec<Instance>) -> Result<Vec<Instance>, Box<dyn Error>> {
        match self {
            Self::Rolling => rolling::replace(shop, old).await,
            Self::BlueGreen => blue_green::replace(shop, old).await,
            Self::Canary => canary::replace(shop, old).await,
        }
    }
}

/// What the gate is good for.
pub(crate) async fn without_gate(shop: &Shop, old: Vec<Instance>) -> Result<Vec<Instance>, Box<dyn Error>> {
    let new = shop.start(Release::V42).await?;
    shop.balancer.add(&new).await;
    tokio::time::sleep(STRETCH).await;
    let mut contract = vec!["contract", "--reason", "we know better"];
    contract.extend(schema_diff::apply::gate::WAIVABLE.iter().flat_map(|name| ["--waive", name]));
    shop.operator.cargo_schema(&contract, 0).await?;
    tokio::time::sleep(STRETCH).await;
    for instance in old {
        shop.retire(instance).await?;
    }
    Ok(vec![new])
}
