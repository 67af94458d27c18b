//! One data directory with its server: settings, socket, waiting for it, talking to it.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use schema_model::Identifier;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgSslMode};
use sqlx::{ConnectOptions, Connection};

use super::EmbeddedError;
use crate::dialect::postgres::database;
use crate::dialect::postgres::session::execute;

/// The port stands in the name of the socket only, since nothing listens on TCP; so it can be the same everywhere.
const PORT: u16 = 5432;

/// The superuser that initdb makes.
const SUPERUSER: &str = "postgres";

/// A server has this long to answer; recovery after a power cut may take a while.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// Where a server lives.
#[derive(Clone, Debug)]
pub(super) struct Cluster {
    /// Holds `data`, `log` and what the guard writes.
    pub(super) directory: PathBuf,
    /// Holds the socket.
    pub(super) socket_directory: PathBuf,
    /// The exact version, for messages.
    pub(super) version: String,
}

impl Cluster {
    /// The data directory.
    pub(super) fn data(&self) -> PathBuf {
        self.directory.join("data")
    }

    /// The server's arguments; later settings win over earlier ones.
    pub(super) fn arguments(&self, settings: &[(String, String)]) -> Vec<String> {
        // The setting is a list, so that a comma in the path must be quoted.
        let sockets = format!("\"{}\"", self.socket_directory.display().to_string().replace('"', "\"\""));
        let port = PORT.to_string();
        let own = [
            ("listen_addresses", ""),
            ("port", port.as_str()),
            ("unix_socket_directories", sockets.as_str()),
            ("unix_socket_permissions", "0700"),
            ("logging_collector", "off"),
            ("timezone", "UTC"),
            ("log_timezone", "UTC"),
            // initdb scales it with the small segments, which would mean a checkpoint every 64 MB.
            ("max_wal_size", "1GB"),
        ];
        let own = own.map(|(name, value)| format!("{name}={value}"));
        let further = settings.iter().map(|(name, value)| format!("{name}={value}"));
        let mut arguments = vec!["-D".to_owned(), self.data().display().to_string()];
        arguments.extend(own.into_iter().chain(further).flat_map(|setting| ["-c".to_owned(), setting]));
        arguments
    }

    /// The address of a database, which sqlx and libpq (psql) read alike.
    pub(super) fn url(&self, database: &str) -> String {
        let host = encode(&self.socket_directory.display().to_string());
        format!("postgres://{SUPERUSER}@localhost:{PORT}/{}?host={host}", encode(database))
    }

    fn connect_options(&self) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .socket(&self.socket_directory)
            .port(PORT)
            .username(SUPERUSER)
            .database(database::ADMINISTRATION)
            .ssl_mode(PgSslMode::Disable)
            .disable_statement_logging()
    }

    /// One attempt to reach the server.
    pub(super) async fn connect(&self) -> Result<PgConnection, sqlx::Error> {
        PgConnection::connect_with(&self.connect_options()).await
    }

    /// Waits until the server takes connections; `ended` tells the exit status of a server that has given up.
    pub(super) async fn wait_until_ready(
        &self,
        mut ended: impl FnMut() -> Option<String>,
    ) -> Result<(), EmbeddedError> {
        let deadline = Instant::now() + START_TIMEOUT;
        loop {
            let refused = match self.connect().await {
                Ok(connection) => {
                    // A connection that can't be closed well is gone all the same.
                    let _ = connection.close().await;
                    return Ok(());
                }
                Err(error) => error,
            };
            if let Some(status) = ended() {
                return Err(self.did_not_start(format!("it ended with {status}")));
            }
            if Instant::now() > deadline {
                let seconds = START_TIMEOUT.as_secs();
                return Err(self.did_not_start(format!("no answer within {seconds} s: {refused}")));
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    fn did_not_start(&self, reason: String) -> EmbeddedError {
        EmbeddedError::DidNotStart {
            version: self.version.clone(),
            directory: self.directory.clone(),
            reason,
            log: tail(&self.directory.join("log"), 20),
        }
    }

    /// Runs statements one by one, outside transactions, in the administration database.
    pub(super) async fn administrate(&self, action: &str, statements: Vec<String>) -> Result<(), EmbeddedError> {
        let failed = |source| EmbeddedError::Server { action: action.to_owned(), source };
        let mut connection = self.connect().await.map_err(failed)?;
        for statement in statements {
            // The text comes from the dialect, which quotes the names in it.
            execute(&mut connection, &statement).await.map_err(failed)?;
        }
        connection.close().await.map_err(failed)
    }
}

/// Checks the name of a database.
pub(super) fn database_name(name: &str) -> Result<Identifier, EmbeddedError> {
    let invalid = |error| EmbeddedError::DatabaseName { name: name.to_owned(), reason: format!("{error}") };
    Identifier::new(name).map_err(invalid)
}

/// Percent-encoding of all but the characters that RFC 3986 calls unreserved.
fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// The last lines of a file, for an error message.
fn tail(path: &Path, lines: usize) -> String {
    let text = std::fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let text = text.unwrap_or_else(|error| format!("({} can't be read: {error})", path.display()));
    let all: Vec<&str> = text.lines().collect();
    all[all.len().saturating_sub(lines)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_keep_odd_characters() {
        let cluster = Cluster {
            directory: PathBuf::from("/x"),
            socket_directory: PathBuf::from("/tmp/a b,c+d"),
            version: String::new(),
        };
        let url = cluster.url("a/b?");
        assert_eq!(url, "postgres://postgres@localhost:5432/a%2Fb%3F?host=%2Ftmp%2Fa%20b%2Cc%2Bd");
        let options: PgConnectOptions = url.parse().expect("a URL that sqlx reads");
        assert_eq!(options.get_database(), Some("a/b?"));
        assert_eq!(options.get_socket().map(|socket| socket.display().to_string()).as_deref(), Some("/tmp/a b,c+d"));
    }
}
