//! One instance after the other.

use std::error::Error;

use super::STRETCH;
use crate::instance::{Instance, Release};
use crate::operator::say;
use crate::shop::Shop;

/// The new release is confirmed too early once: the gate goes by what it sees.
pub(super) async fn replace(shop: &Shop, old: Vec<Instance>) -> Result<Vec<Instance>, Box<dyn Error>> {
    let operator = &shop.operator;
    operator.cargo_schema(&["release", "v42"], 0).await?;
    let mut new = Vec::new();
    for instance in old {
        let successor = shop.start(Release::V42).await?;
        shop.balancer.add(&successor).await;
        new.push(successor);
        tokio::time::sleep(STRETCH).await;
        if new.len() == 2 {
            say("Somebody believes that v42 is everywhere, and says so. Two instances of v41 serve on.");
            operator.cargo_schema(&["confirm", "v42"], 0).await?;
            tokio::time::sleep(STRETCH).await;
            operator.is_refused(&["instances", "writes"]).await?;
        }
        shop.retire(instance).await?;
    }
    say("Now it is true. What v41 wrote since it was said first counts no more when it is said again.");
    operator.is_refused(&["writes"]).await?;
    operator.cargo_schema(&["confirm", "v42"], 0).await?;
    Ok(new)
}
