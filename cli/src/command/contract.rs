//! `contract`: the old form goes, when the gate is open.

use super::with_runner::with_runner;
use crate::args::{ContractArgs, Global};
use crate::exit_code::DONE;
use crate::failure::Failure;
use crate::project::Project;
use crate::report;

pub(crate) async fn run(project: &Project, global: &Global, args: &ContractArgs) -> Result<u8, Failure> {
    if args.reason.as_ref().is_some_and(|reason| reason.trim().is_empty()) {
        return Err(Failure::usage("say why: --reason \"the warehouse reads it no more, ticket 4711\""));
    }
    let done = with_runner(project, global, "contract", &args.wait, async |runner, migrations| {
        runner.set_waivers(args.waivers());
        runner.contract(migrations, args.version, args.grace).await
    })
    .await?;
    if done.is_empty() {
        report::say(global, "nothing to contract: no migration is open");
    }
    for one in done {
        let name = one.migration;
        let words = match one.in_grace {
            None => format!("{name}: the old form is gone; the migration is done"),
            Some(grace) => format!(
                "{name}: the old form is set aside until {}; till then `cargo schema rollback` brings it back, and the first `cargo schema contract` after that drops it",
                grace.until
            ),
        };
        report::say(global, &words);
    }
    Ok(DONE)
}
