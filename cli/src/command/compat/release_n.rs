//! Which revision release N is.

use schema_diff::apply::release::{Confirmed, confirmed};

use crate::args::Global;
use crate::database;
use crate::failure::Failure;
use crate::project::Project;
use crate::revision::Revision;

/// The revision that is taken for what is live.
#[derive(Debug)]
pub(crate) enum ReleaseN {
    /// It was named.
    Named(String),
    /// It was recorded with the release that was confirmed last.
    Recorded { release: String, commit: String },
    /// There is none, and why.
    Unknown(String),
}

impl ReleaseN {
    /// What `--release-ref` says, else what the history says, where a database can be asked.
    pub(crate) async fn find(project: &Project, global: &Global, named: Option<&str>) -> Result<Self, Failure> {
        if let Some(named) = named {
            return Ok(Self::Named(named.to_owned()));
        }
        if database::configured(global, project).is_none() {
            return Ok(Self::Unknown("no database is named that could tell which one is live".to_owned()));
        }
        Ok(match confirmed(&database::target(global, project).await?).await {
            Err(error) => Self::Unknown(format!("the database can't be asked which one is live ({error})")),
            Ok(None) => Self::Unknown("no release was ever confirmed in this database".to_owned()),
            Ok(Some(Confirmed { release, commit: Some(commit) })) => Self::Recorded { release, commit },
            Ok(Some(Confirmed { release, commit: None })) => Self::Unknown(format!(
                "{release} was confirmed last, and no commit is recorded with it (`cargo schema release {release} --commit …`)"
            )),
        })
    }

    /// The revision.
    pub(crate) fn revision(&self) -> Option<&str> {
        match self {
            Self::Named(revision) | Self::Recorded { commit: revision, .. } => Some(revision),
            Self::Unknown(_) => None,
        }
    }

    /// Its files.
    pub(super) fn check_out(&self, project: &Project, global: &Global) -> Result<Option<Revision>, Failure> {
        match self {
            Self::Named(revision) => Revision::check_out(project, global, revision).map(Some),
            Self::Recorded { release, commit } => match Revision::check_out(project, global, commit) {
                Ok(revision) => Ok(Some(revision)),
                Err(Failure::Message { code, text }) => {
                    let text = format!("{release} was confirmed last, and commit {commit} is recorded with it: {text}");
                    Err(Failure::Message { code, text })
                }
                Err(other) => Err(other),
            },
            Self::Unknown(_) => Ok(None),
        }
    }
}
