//! Rolls release v42 of the bookstore's customers out in place of v41, under load and in one of three ways, while
//! `cargo schema contract` is tried at every moment. Both releases are programs of their own, in `v41` and `v42`.
//!
//! It needs no server and leaves nothing behind. It ends with one line that counts requests and rows, and exits with 0
//! only if no request failed and no value was lost.

mod balancer;
mod contract;
mod instance;
mod load;
mod log;
mod operator;
mod shop;
mod strategy;

use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;

use crate::contract::Attempts;
use crate::instance::Release;
use crate::load::Load;
use crate::operator::say;
use crate::shop::Shop;
use crate::strategy::Strategy;

/// Rolls a release out under load, and checks every request and every row
#[derive(Debug, Parser)]
struct Args {
    /// How the instances are replaced
    #[arg(value_enum, default_value_t = Strategy::Rolling)]
    strategy: Strategy,
    /// How many customers the shop has before anybody comes
    #[arg(long, default_value_t = 20_000)]
    customers: i64,
    /// What the gate is good for: waive all that it shows, while v41 serves
    #[arg(long)]
    without_gate: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    match roll_out(&Args::parse()).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("rollout: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether no request failed and no value was lost.
async fn roll_out(args: &Args) -> Result<bool, Box<dyn Error>> {
    let shop = Shop::open(args.customers).await?;
    let operator = &shop.operator;

    say("The shop is open: three instances of v41 serve, and nobody stops asking.");
    let old = shop.start_three(Release::V41).await?;
    shop.balancer.switch_to(&old).await;
    let load = Load::start(&shop.balancer, &shop.log);
    let attempts = Attempts::start(operator, &shop.instances);

    say("v42 looks before it starts: this database isn't ready for it.");
    shop.does_not_start(Release::V42).await?;

    say("Expand and backfill, while v41 serves:");
    operator.cargo_schema(&["apply"], 0).await?;

    say(args.strategy.sentence());
    let new = match args.without_gate {
        true => strategy::without_gate(&shop, old).await?,
        false => args.strategy.replace(&shop, old).await?,
    };
    let attempts = attempts.done().await?;
    operator.cargo_schema(&["status"], 0).await?;

    say("v41 has been left behind, and doesn't start any more:");
    shop.does_not_start(Release::V41).await?;

    tokio::time::sleep(Duration::from_millis(500)).await;
    let load = load.stop().await;
    for instance in new {
        shop.retire(instance).await?;
    }
    operator.cargo_schema(&["diff", "--exit-code"], 0).await?;
    let lost = Arc::clone(&shop.log).compare(&shop.pool).await?;
    println!("\n{load}\ncontract: {attempts}");
    println!(
        "rollout: {}: {} requests, {} failed, {} customers, {lost} lost",
        args.strategy.name(),
        load.requests(),
        load.failures.len(),
        shop.log.rows().await
    );
    shop.close().await;
    Ok(load.failures.is_empty() && lost == 0)
}
