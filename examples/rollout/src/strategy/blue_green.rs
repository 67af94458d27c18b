//! A second set of instances is started, and all requests are switched over at once. The first set stays as the way back.

use std::error::Error;

use super::STRETCH;
use crate::instance::{Instance, Release};
use crate::operator::say;
use crate::shop::Shop;

/// Goes over to green, back to blue, and over to green again: both forms are kept in step all the while.
pub(super) async fn replace(shop: &Shop, blue: Vec<Instance>) -> Result<Vec<Instance>, Box<dyn Error>> {
    let operator = &shop.operator;
    operator.cargo_schema(&["release", "v42"], 0).await?;
    let green = shop.start_three(Release::V42).await?;
    shop.balancer.switch_to(&green).await;
    tokio::time::sleep(STRETCH).await;

    say("Something looks odd: all requests go back to blue, which finds everything that green has written.");
    shop.balancer.switch_to(&blue).await;
    tokio::time::sleep(STRETCH).await;
    operator.is_refused(&["confirmation"]).await?;

    say("It was nothing. All requests go to green; blue idles as the way back.");
    shop.balancer.switch_to(&green).await;
    for instance in &blue {
        instance.backend.idle().await;
    }
    operator.cargo_schema(&["confirm", "v42"], 0).await?;
    tokio::time::sleep(STRETCH).await;
    operator.is_refused(&["instances"]).await?;

    say("The way back isn't needed any more: blue ends. The gate opens by itself.");
    for instance in blue {
        shop.retire(instance).await?;
    }
    Ok(green)
}
