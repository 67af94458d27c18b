//! `dev`: the workspace's own PostgreSQL.

use schema_diff::apply::{ApplyOptions, Runner, Target};
use schema_diff::embedded::{DevServer, Major};

use crate::args::{DevAction, Global};
use crate::database::{configured, embedded_major};
use crate::exit_code::{DONE, ERROR};
use crate::failure::Failure;
use crate::project::Project;
use crate::report;
use crate::report::progress::{Bars, Spinner};

pub(crate) async fn run(project: &Project, global: &Global, action: &DevAction) -> Result<u8, Failure> {
    match action {
        DevAction::Start { major } => {
            let major = major.map(Major::new).transpose().map_err(|error| Failure::usage(error.to_string()))?;
            let server = open(project, major.or(wanted_major(global, project)?)).await?;
            report::say(global, &format!("PostgreSQL {} is running: {}", server.major(), server.url()));
            report::say(global, "it ends by itself after ten idle minutes; its data stay");
        }
        DevAction::Stop => {
            let stopped = DevServer::stop(&project.root).await?;
            report::say(global, if stopped { "stopped; the data stay" } else { "it was not running" });
        }
        DevAction::Url => anstream::println!("{}", open(project, wanted_major(global, project)?).await?.url()),
        DevAction::Reset => reset(project, global).await?,
        DevAction::Psql { arguments } => {
            let server = open(project, wanted_major(global, project)?).await?;
            let status = std::process::Command::new("psql").arg(server.url()).args(arguments).status();
            let status = status.map_err(|error| {
                Failure::error(format!(
                    "psql can't be started: {error}; install PostgreSQL's client, or use another one with {}",
                    server.url()
                ))
            })?;
            return Ok(if status.success() { DONE } else { ERROR });
        }
    }
    Ok(DONE)
}

async fn open(project: &Project, major: Option<Major>) -> Result<DevServer, Failure> {
    let spinner = Spinner::new();
    let server = DevServer::open(&project.root, major, &spinner.embedded()).await?;
    spinner.finish();
    Ok(server)
}

/// The major version where `embedded:MAJOR` is configured.
fn wanted_major(global: &Global, project: &Project) -> Result<Option<Major>, Failure> {
    let url = configured(global, project).unwrap_or_default();
    Ok(embedded_major(&url)?.flatten())
}

async fn reset(project: &Project, global: &Global) -> Result<(), Failure> {
    let migrations = project.migrations()?;
    let server = open(project, wanted_major(global, project)?).await?;
    server.reset().await?;
    let bars = Bars::new(global);
    let mut runner = Runner::start(Target::new(&server.url(), None)?, "dev reset", bars.listener()).await?;
    let outcome = runner.apply(&migrations, ApplyOptions { all_phases: true }).await;
    runner.finish().await?;
    bars.finish();
    let done = outcome?.done.len();
    report::say(
        global,
        &format!("emptied, and {done} migration{} applied with all phases", if done == 1 { "" } else { "s" }),
    );
    Ok(())
}
