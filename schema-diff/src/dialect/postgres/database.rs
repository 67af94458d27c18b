//! Statements that make and remove whole databases.
//!
//! None of them can run in a transaction block or with bound parameters (manual, CREATE DATABASE), so the names are
//! quoted into the text.

use std::time::{Duration, Instant};

use schema_model::Identifier;
use sqlx::{PgConnection, Row};

use super::session::{one_row, query};

/// The database that every fresh cluster has and nobody works in: administration connects to it.
pub const ADMINISTRATION: &str = "postgres";

/// Makes an empty database.
pub fn create(name: &Identifier, server_major: u16) -> String {
    format!("CREATE DATABASE {}{}", quoted(name), strategy(server_major))
}

/// Makes a database as a copy of another, which must have no session at that moment.
pub fn create_from(name: &Identifier, template: &Identifier, server_major: u16) -> String {
    format!("CREATE DATABASE {} TEMPLATE {}{}", quoted(name), quoted(template), strategy(server_major))
}

/// Since 15 the copy goes through the WAL unless told otherwise. Copying the files is what older servers always do,
/// and on servers that don't wait for the disk it is faster (measured on 15 and 18: by a quarter to a half).
fn strategy(server_major: u16) -> &'static str {
    if server_major >= 15 { " STRATEGY FILE_COPY" } else { "" }
}

/// Removes a database if it exists, and ends its sessions. 12 has no `WITH (FORCE)`: there new sessions are refused
/// first, else a connection pool would be back before the database is gone. The old ones have five seconds to end,
/// which DROP DATABASE itself waits for.
pub fn drop_with_sessions(name: &Identifier, server_major: u16) -> Vec<String> {
    let drop = format!("DROP DATABASE IF EXISTS {}", quoted(name));
    if server_major >= 13 {
        return vec![format!("{drop} WITH (FORCE)")];
    }
    let text = format!("'{}'", name.as_str().replace('\'', "''"));
    vec![
        format!("UPDATE pg_database SET datallowconn = false WHERE datname = {text}"),
        format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {text}"),
        drop,
    ]
}

/// Waits until nobody is connected to a database any more, as a copy demands. The server itself looks only every 100 ms.
/// After five seconds it is left to the server to say who is there.
pub async fn await_no_session(connection: &mut PgConnection, name: &Identifier) -> Result<(), sqlx::Error> {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(5) {
        let sessions =
            query("SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE datname = $1").bind(name.as_str().to_owned());
        if one_row(connection, sessions).await?.try_get::<i64, _>(0)? == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    Ok(())
}

/// Whether an error says that the database is there (SQLSTATE duplicate_database).
pub fn exists_already(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(|error| error.code()).is_some_and(|code| code == "42P04")
}

/// A name in double quotes, always: `Display` of [`Identifier`] leaves keywords bare.
fn quoted(name: &Identifier) -> String {
    format!("\"{}\"", name.as_str().replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted() {
        let odd = Identifier::new("a\"b'c").expect("a valid name");
        assert_eq!(create(&odd, 12), "CREATE DATABASE \"a\"\"b'c\"");
        assert!(drop_with_sessions(&odd, 12)[0].ends_with("'a\"b''c'"));
        assert_eq!(
            create_from(&odd, &Identifier::new("user").expect("a valid name"), 18),
            "CREATE DATABASE \"a\"\"b'c\" TEMPLATE \"user\" STRATEGY FILE_COPY"
        );
    }
}
