//! One instance of the new release gets its share of the requests, and is withdrawn or followed by more.

use std::error::Error;

use super::STRETCH;
use crate::instance::{Instance, Release};
use crate::operator::say;
use crate::shop::Shop;

/// The first canary is withdrawn, and with it the migration; the second one stays.
pub(super) async fn replace(shop: &Shop, old: Vec<Instance>) -> Result<Vec<Instance>, Box<dyn Error>> {
    let operator = &shop.operator;
    operator.cargo_schema(&["release", "v42"], 0).await?;
    let canary = shop.start(Release::V42).await?;
    shop.balancer.add(&canary).await;
    tokio::time::sleep(STRETCH).await;
    operator.is_refused(&["confirmation"]).await?;

    say("It isn't liked, and withdrawn. So is the migration: what the canary wrote stands in the old form too.");
    shop.retire(canary).await?;
    operator.cargo_schema(&["rollback"], 0).await?;
    tokio::time::sleep(STRETCH).await;

    say("A second try.");
    operator.cargo_schema(&["apply"], 0).await?;
    let canary = shop.start(Release::V42).await?;
    shop.balancer.add(&canary).await;
    tokio::time::sleep(STRETCH).await;

    say("It is liked. The others follow.");
    let mut new = vec![canary];
    for instance in old {
        if new.len() < 3 {
            let successor = shop.start(Release::V42).await?;
            shop.balancer.add(&successor).await;
            new.push(successor);
        }
        operator.is_refused(&["confirmation"]).await?;
        shop.retire(instance).await?;
    }
    say("v41 is gone, and that is said.");
    operator.cargo_schema(&["confirm", "v42"], 0).await?;
    Ok(new)
}
