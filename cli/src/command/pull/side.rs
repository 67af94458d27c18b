//! The side that is pulled from, with the servers that answer for it.

use schema_diff::apply::Target;
use schema_diff::draft::{FromSide, live};
use schema_diff::model::Catalog;
use schema_diff::proof::Scratch;
use schema_diff::pull::aligned;
use schema_diff::scope::Aligned;

use crate::args::{Global, PullArgs};
use crate::command::side::{self, Side};
use crate::database;
use crate::failure::Failure;
use crate::project::Project;
use crate::report::progress::Spinner;

/// A side, and who is asked for the server's form of expressions.
pub(super) struct Loaded {
    /// What is there.
    pub(super) side: FromSide,
    live: Option<Target>,
    scratch: Scratch,
}

impl Loaded {
    /// What is there and what is declared, in the server's terms.
    pub(super) async fn aligned(&mut self, declared: Catalog) -> Result<Aligned, Failure> {
        let mut connection = match &self.live {
            Some(target) => Some(live(target).await?.0),
            None => None,
        };
        Ok(aligned(connection.as_mut(), &mut self.scratch, self.side.clone(), declared).await?)
    }
}

/// Loads the side that was named, else the configured database.
pub(super) async fn load(
    project: &Project,
    global: &Global,
    args: &PullArgs,
    spinner: &Spinner,
) -> Result<Loaded, Failure> {
    let choice = project.scratch_choice(args.scratch_url.as_deref());
    let from = args.from.as_deref().map(Side::parse).transpose()?;
    let url = match &from {
        None => Some(database::url(global, project).await?),
        Some(Side::Database(url)) => Some(database::resolve(url, project).await?),
        Some(Side::Structs(_)) => {
            return Err(Failure::usage("structs are what `pull` writes: it can't pull from them"));
        }
        Some(_) => None,
    };
    if let Some(url) = url {
        let target = Target::new(&url, None)?;
        let (_, side) = live(&target).await?;
        let scratch = Scratch::new(choice, Some(side.inspection.major), spinner.embedded());
        return Ok(Loaded { side, live: Some(target), scratch });
    }
    let mut scratch = Scratch::new(choice, None, spinner.embedded());
    let side = match &from {
        Some(side) => side::load(side, &mut scratch, &project.migrations()?, &project.lock()?).await?,
        None => FromSide::default(),
    };
    Ok(Loaded { side, live: None, scratch })
}
