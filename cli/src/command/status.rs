//! `status`: where every migration stands.

use std::io::IsTerminal;
use std::time::Duration;

use schema_diff::apply::{Status, Target, status, verify};
use schema_diff::migration::Migration;

use crate::args::{Format, Global, StatusArgs};
use crate::exit_code::{DIFFERENCE, DONE};
use crate::failure::Failure;
use crate::project::Project;
use crate::{database, report};

pub(crate) async fn run(project: &Project, global: &Global, args: &StatusArgs) -> Result<u8, Failure> {
    let migrations = project.migrations()?;
    let target = database::target(global, project).await?;
    let status = if args.watch {
        watch(global, &target, &migrations).await?
    } else {
        let status = status(&target, &migrations).await?;
        anstream::print!("{}", written(global, &status));
        status
    };
    let mut differs = status.has_pending_work();
    if args.verify {
        let verified = verify(&target, &migrations).await?;
        differs |= verified.iter().flat_map(|one| &one.counted).any(|counted| counted.found > 0);
        match global.format {
            Format::Text => anstream::print!("{}", report::status::verified(&verified)),
            Format::Json => anstream::println!("{}", report::status::verified_json(&verified)),
        }
    }
    Ok(if args.exit_code && differs { DIFFERENCE } else { DONE })
}

fn written(global: &Global, status: &Status) -> String {
    match global.format {
        Format::Text => report::status::text(status, global.verbose),
        Format::Json => format!("{}\n", report::status::json(status)),
    }
}

const INTERVAL: Duration = Duration::from_secs(2);

/// Looks again and again until nothing is on its way any more. A terminal shows the newest state alone; elsewhere each
/// state that differs from the one before is written after it.
async fn watch(global: &Global, target: &Target, migrations: &[Migration]) -> Result<Status, Failure> {
    let redraw = std::io::stdout().is_terminal() && global.format == Format::Text;
    let mut last = String::new();
    loop {
        let status = status(target, migrations).await?;
        let text = written(global, &status);
        if redraw {
            // To the upper left corner, and clear what is below it.
            anstream::print!("\x1b[H\x1b[2J{text}\nevery two seconds, until nothing is on its way; Ctrl-C leaves\n");
        } else if text != last {
            anstream::print!("{text}");
            last = text;
        }
        if !status.is_under_way() {
            return Ok(status);
        }
        tokio::time::sleep(INTERVAL).await;
    }
}
