//! The scratch server: embedded and started when first needed, or named by the user.

use std::collections::BTreeSet;
use std::str::FromStr;

use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection};

use super::ProofError;
use crate::dialect::postgres::database;
use crate::dialect::postgres::inspect::server_major;
use crate::dialect::postgres::roles;
use crate::dialect::postgres::session::execute;
use crate::dialect::postgres::session::plain;
use crate::embedded::{Major, Progress, ScratchOptions, ScratchServer};
use crate::migration::Migration;

/// Where scratch databases are made.
#[derive(Clone, Debug)]
pub enum ScratchChoice {
    /// On an embedded server of the target's major version.
    Embedded,
    /// On a server of the user's, where databases may be made and dropped.
    Url(String),
}

/// A scratch server, started when the first database is asked for.
pub struct Scratch {
    choice: ScratchChoice,
    target: Option<u16>,
    /// The version of the user's server, once it was asked.
    theirs: Option<u16>,
    progress: Progress,
    server: Option<ScratchServer>,
    made: u32,
}

/// A database on a scratch server.
#[derive(Clone, Debug)]
pub struct ScratchDatabase {
    /// Its address.
    pub url: String,
    name: schema_model::Identifier,
}

impl ScratchDatabase {
    /// Connects to it.
    ///
    /// # Errors
    ///
    /// The server's.
    pub async fn connect(&self) -> Result<PgConnection, sqlx::Error> {
        PgConnection::connect_with(&PgConnectOptions::from_str(&self.url)?).await
    }

    /// Makes the roles that migrations name.
    pub(super) async fn make_roles(&self, migrations: impl IntoIterator<Item = &Migration>) -> Result<(), ProofError> {
        let texts = migrations.into_iter().flat_map(|migration| migration.files.by_name().values());
        let named: BTreeSet<String> = texts.flat_map(|text| roles::named(text)).collect();
        if named.is_empty() {
            return Ok(());
        }
        let mut connection = self.connect().await.map_err(refused)?;
        roles::make(&mut connection, named).await.map_err(refused)?;
        connection.close().await.map_err(refused)
    }
}

impl Scratch {
    /// Says where, and of which major version the target is. Where there is no target, it is the newest version or the
    /// one of the user's server. Nothing is started yet.
    pub fn new(choice: ScratchChoice, target: Option<u16>, progress: Progress) -> Self {
        Self { choice, target, theirs: None, progress, server: None, made: 0 }
    }

    /// Makes an empty database.
    pub async fn database(&mut self) -> Result<ScratchDatabase, ProofError> {
        self.make(None).await
    }

    /// Makes a copy of a database. Whoever was connected to it a moment ago has closed the connection by now; the server
    /// may take a little longer to notice.
    pub(super) async fn copy_of(&mut self, original: &ScratchDatabase) -> Result<ScratchDatabase, ProofError> {
        self.make(Some(original)).await
    }

    async fn make(&mut self, template: Option<&ScratchDatabase>) -> Result<ScratchDatabase, ProofError> {
        self.made += 1;
        let text = format!("schema_diff_{}_{:08x}", self.made, rand::random::<u32>());
        let name =
            schema_model::Identifier::new(text.clone()).map_err(|error| ProofError::Scratch(error.to_string()))?;
        let administration = self.administration().await?;
        let mut connection = connect(&administration).await?;
        let major = self.major(&mut connection).await?;
        let statement = match template {
            None => database::create(&name, major),
            Some(original) => {
                database::await_no_session(&mut connection, &original.name).await.map_err(refused)?;
                database::create_from(&name, &original.name, major)
            }
        };
        execute(&mut connection, &statement).await.map_err(refused)?;
        connection.close().await.map_err(refused)?;
        Ok(ScratchDatabase { url: with_database(&administration, &text)?, name })
    }

    /// Drops a database.
    pub async fn drop_database(&mut self, scratch: &ScratchDatabase) -> Result<(), ProofError> {
        let mut connection = connect(&self.administration().await?).await?;
        let major = self.major(&mut connection).await?;
        for statement in database::drop_with_sessions(&scratch.name, major) {
            execute(&mut connection, &statement).await.map_err(refused)?;
        }
        connection.close().await.map_err(refused)
    }

    /// The server's major version. What a user's server of another version shows says nothing about the target.
    async fn major(&mut self, connection: &mut PgConnection) -> Result<u16, ProofError> {
        match (&self.choice, self.theirs) {
            (ScratchChoice::Embedded, _) => Ok(self.target.unwrap_or(Major::LATEST.number())),
            (ScratchChoice::Url(_), Some(theirs)) => Ok(theirs),
            (ScratchChoice::Url(_), None) => {
                let found = server_major(connection).await?;
                match self.target {
                    Some(target) if target != found => Err(ProofError::OtherVersion { target, found }),
                    _ => Ok(*self.theirs.insert(found)),
                }
            }
        }
    }

    /// Where databases are made and dropped; starts the embedded server.
    async fn administration(&mut self) -> Result<String, ProofError> {
        let server = match (&self.choice, &mut self.server) {
            (ScratchChoice::Url(url), _) => return Ok(url.clone()),
            (ScratchChoice::Embedded, Some(server)) => server,
            (ScratchChoice::Embedded, server @ None) => {
                let options = ScratchOptions::new(self.target.map_or(Ok(Major::LATEST), Major::new)?).in_memory();
                server.insert(ScratchServer::start_with(options, &self.progress).await?)
            }
        };
        Ok(server.url(database::ADMINISTRATION))
    }
}

async fn connect(url: &str) -> Result<PgConnection, ProofError> {
    let options = PgConnectOptions::from_str(url).map_err(|error| ProofError::Scratch(error.to_string()))?;
    PgConnection::connect_with(&options).await.map_err(refused)
}

pub(super) fn refused(error: sqlx::Error) -> ProofError {
    ProofError::Scratch(plain(&error))
}

/// The same server, another database.
fn with_database(url: &str, name: &str) -> Result<String, ProofError> {
    let (head, query) = match url.split_once('?') {
        Some((head, query)) => (head, format!("?{query}")),
        None => (url, String::new()),
    };
    let scheme_end = head.find("://").map_or(0, |at| at + 3);
    let server = head[scheme_end..].find('/').map_or(head, |at| &head[..scheme_end + at]);
    Ok(format!("{server}/{name}{query}"))
}

#[cfg(test)]
mod tests {
    use super::with_database;

    #[test]
    fn the_database_of_a_url_is_replaced() {
        for (url, expected) in [
            ("postgres://u:p@h:1/a?host=/x", "postgres://u:p@h:1/b?host=/x"),
            ("postgres://h", "postgres://h/b"),
            ("postgres://h/", "postgres://h/b"),
        ] {
            assert_eq!(with_database(url, "b").expect("a good URL"), expected);
        }
    }
}
