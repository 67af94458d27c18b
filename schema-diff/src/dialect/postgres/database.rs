//! Statements that make and remove whole databases.
//!
//! None of them can run in a transaction block or with bound parameters (manual, CREATE DATABASE), so the names are
//! quoted into the text.

use schema_model::Identifier;

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

/// Ends the sessions of a database; the database itself stays. Needed on 12, which has no `DROP DATABASE … (FORCE)`.
pub fn end_sessions(name: &Identifier) -> String {
    format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = '{}'",
        name.as_str().replace('\'', "''")
    )
}

/// Removes a database if it exists; fails while a session uses it.
pub fn drop_if_exists(name: &Identifier) -> String {
    format!("DROP DATABASE IF EXISTS {}", quoted(name))
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
        assert!(end_sessions(&odd).ends_with("'a\"b''c'"));
        assert_eq!(
            create_from(&odd, &Identifier::new("user").expect("a valid name"), 18),
            "CREATE DATABASE \"a\"\"b'c\" TEMPLATE \"user\" STRATEGY FILE_COPY"
        );
    }
}
