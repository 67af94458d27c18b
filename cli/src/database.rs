//! Which database is meant: flag, environment, `.env`, schema.toml, in this order.

use std::path::PathBuf;

use schema_diff::apply::Target;
use schema_diff::embedded::{DevServer, Major};

use crate::args::Global;
use crate::failure::Failure;
use crate::project::Project;
use crate::report::progress;

/// The address of the database; an embedded server is started if needed.
pub(crate) async fn url(global: &Global, project: &Project) -> Result<String, Failure> {
    match configured(global, project) {
        Some(url) => resolve(&url, project).await,
        None => Err(Failure::usage(
            "no database is named: give -D URL, set DATABASE_URL (also in .env), or write database_url into schema.toml; `-D embedded` is this workspace's own PostgreSQL, nothing needs to be installed",
        )),
    }
}

/// The database and the way past a pooler.
pub(crate) async fn target(global: &Global, project: &Project) -> Result<Target, Failure> {
    let url = url(global, project).await?;
    let direct = global.direct_url.clone().or_else(|| project.config.direct_url.clone());
    Ok(Target::new(&url, direct.as_deref())?)
}

/// What flag, environment, `.env` and schema.toml say.
pub(crate) fn configured(global: &Global, project: &Project) -> Option<String> {
    let set = |value: String| if value.trim().is_empty() { None } else { Some(value) };
    global
        .database_url
        .clone()
        .or_else(|| std::env::var("DATABASE_URL").ok().and_then(set))
        .or_else(|| from_env_file(project))
        .or_else(|| project.config.database_url.clone())
}

fn from_env_file(project: &Project) -> Option<String> {
    let files: [PathBuf; 2] = [PathBuf::from(".env"), project.root.join(".env")];
    files.iter().find_map(|file| {
        let entries = dotenvy::from_path_iter(file).ok()?;
        entries.flatten().find(|(key, _)| key == "DATABASE_URL").map(|(_, value)| value)
    })
}

/// `embedded` and `embedded:16` are URLs everywhere.
pub(crate) async fn resolve(url: &str, project: &Project) -> Result<String, Failure> {
    let Some(major) = embedded_major(url)? else { return Ok(url.to_owned()) };
    let spinner = progress::Spinner::new();
    let server = DevServer::open(&project.root, major, &spinner.embedded()).await?;
    spinner.finish();
    Ok(server.url())
}

/// The major version behind `embedded[:MAJOR]`; `None` for another URL.
pub(crate) fn embedded_major(url: &str) -> Result<Option<Option<Major>>, Failure> {
    match url.strip_prefix("embedded") {
        Some("") => Ok(Some(None)),
        Some(rest) if rest.starts_with(':') => {
            let major = rest[1..].parse().map_err(|error| Failure::usage(format!("`{url}`: {error}")))?;
            Ok(Some(Some(major)))
        }
        _ => Ok(None),
    }
}
