//! `status`: where every migration stands.

use std::io::IsTerminal;
use std::time::Duration;

use schema_diff::apply::{Status, Target, Verified, sample, status, verify};
use schema_diff::migration::Migration;

use crate::args::{Format, Global, StatusArgs};
use crate::exit_code::{DIFFERENCE, DONE};
use crate::failure::Failure;
use crate::project::Project;
use crate::{database, report};

pub(crate) async fn run(project: &Project, global: &Global, args: &StatusArgs) -> Result<u8, Failure> {
    let migrations = project.migrations()?;
    let target = database::target(global, project).await?;
    let status =
        if args.watch { watch(global, &target, &migrations).await? } else { status(&target, &migrations).await? };
    // Counting takes its time: what is known already is read meanwhile, but for a program, which gets one document.
    let is_for_people = global.format == Format::Text;
    if is_for_people && !args.watch {
        anstream::print!("{}", written(global, &status, None));
    }
    let verified = match args.sample {
        Some(pages) => Some(sample(&target, &migrations, pages).await?),
        None if args.verify => Some(verify(&target, &migrations).await?),
        None => None,
    };
    match &verified {
        Some(verified) if is_for_people => anstream::print!("{}", report::status::verified(verified)),
        None if is_for_people || args.watch => {}
        verified => anstream::print!("{}", written(global, &status, verified.as_deref())),
    }
    let found = verified.iter().flatten().flat_map(|one| &one.counted).any(|counted| counted.found > 0);
    Ok(if args.exit_code && (found || status.has_pending_work()) { DIFFERENCE } else { DONE })
}

fn written(global: &Global, status: &Status, verified: Option<&[Verified]>) -> String {
    match global.format {
        Format::Text => report::status::text(status, global.verbose),
        Format::Json => format!("{}\n", report::status::json(status, verified)),
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
        let text = written(global, &status, None);
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
