//! Which statements can leave the server in another state than it was in before them, as far as their text tells.
//!
//! A fault ends all sessions of the program. So a read leaves nothing behind, nor does what is set for a session or its
//! transaction, nor a transaction that has only read until then: a fault at any of these finds the server as one at the
//! next statement that changes something does. Everything that isn't known to be like that counts as a change, and so
//! does everything from the first change of a transaction to its end.

use std::collections::HashMap;

/// What is written before a parenthesis in a statement that only reads: keywords, types, and functions that change
/// nothing. A function that isn't listed may do anything.
const HARMLESS: &[&str] = &[
    "all",
    "and",
    "any",
    "array",
    "array_agg",
    "array_to_string",
    "as",
    "avg",
    "by",
    "case",
    "cast",
    "clock_timestamp",
    "coalesce",
    "count",
    "current_database",
    "current_schemas",
    "current_setting",
    "date_trunc",
    "else",
    "exists",
    "extract",
    "filter",
    "format",
    "format_type",
    "from",
    "has_schema_privilege",
    "in",
    "jsonb_agg",
    "jsonb_build_object",
    "left",
    "join",
    "lower",
    "materialized",
    "max",
    "min",
    "not",
    "nullif",
    "obj_description",
    "col_description",
    "on",
    "or",
    "pg_backend_pid",
    "pg_blocking_pids",
    "pg_current_wal_lsn",
    "pg_get_constraintdef",
    "pg_get_expr",
    "pg_get_functiondef",
    "pg_get_indexdef",
    "pg_get_partkeydef",
    "pg_get_triggerdef",
    "pg_get_viewdef",
    "pg_has_role",
    "pg_indexes_size",
    "pg_is_in_recovery",
    "pg_relation_filenode",
    "pg_relation_size",
    "pg_sequence_last_value",
    "pg_wal_lsn_diff",
    "quote_ident",
    "select",
    // Of the session.
    "set_config",
    "string_agg",
    "sum",
    "then",
    "to_char",
    "to_jsonb",
    "to_regclass",
    "to_regtype",
    "to_regnamespace",
    "union",
    "unnest",
    "using",
    "values",
    "when",
    "where",
];

/// Words that no statement has which only reads.
const CHANGING: &[&str] =
    &["analyze", "call", "create", "delete", "drop", "for", "insert", "into", "lock", "merge", "truncate", "update"];

/// What one connection has done so far.
#[derive(Debug, Default)]
pub(super) struct Session {
    /// The statements by the names that they were prepared under.
    prepared: HashMap<Vec<u8>, String>,
    bound: String,
    in_transaction: bool,
    has_changed: bool,
}

impl Session {
    /// Takes note of a message of the program's. Gives whether it runs a statement, and one that counts as a change.
    pub(super) fn note(&mut self, kind: u8, body: &[u8]) -> Option<bool> {
        let mut parts = body.split(|byte| *byte == 0);
        let mut part = || parts.next().unwrap_or_default();
        match kind {
            b'P' => {
                let name = part().to_vec();
                self.prepared.insert(name, String::from_utf8_lossy(part()).into_owned());
                None
            }
            b'B' => {
                let (_portal, statement) = (part(), part());
                self.bound = self.prepared.get(statement).cloned().unwrap_or_default();
                None
            }
            b'E' => Some(self.changes(&self.bound.clone())),
            b'Q' => Some(self.changes(&String::from_utf8_lossy(part()))),
            _ => None,
        }
    }

    /// Goes through what a message runs.
    fn changes(&mut self, text: &str) -> bool {
        let text = &without_literals(text);
        let parts = text.split(';').map(str::trim).filter(|part| !part.is_empty());
        // No short cut: every part decides where the next one stands.
        let mut changes = text.trim().is_empty();
        for part in parts {
            changes |= self.one_changes(part);
        }
        changes
    }

    fn one_changes(&mut self, text: &str) -> bool {
        let words: Vec<String> = words(text).map(|(word, _)| word).take(2).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["begin" | "start", ..] => {
                (self.in_transaction, self.has_changed) = (true, false);
                false
            }
            ["commit" | "end", ..] => self.end(),
            ["rollback", to] if *to == "to" => self.has_changed,
            ["rollback", ..] => self.end(),
            ["set" | "savepoint" | "release", ..] => self.has_changed,
            _ if only_reads(text) => self.has_changed,
            _ => {
                self.has_changed = self.in_transaction;
                true
            }
        }
    }

    fn end(&mut self) -> bool {
        self.in_transaction = false;
        std::mem::take(&mut self.has_changed)
    }
}

fn only_reads(text: &str) -> bool {
    let first = words(text).next().map(|(word, _)| word);
    let reads = first.is_some_and(|word| matches!(word.as_str(), "select" | "with" | "show" | "explain"));
    reads
        && words(text)
            .all(|(word, called)| !CHANGING.contains(&word.as_str()) && (!called || HARMLESS.contains(&word.as_str())))
}

/// Without comments and literals; as it is where it holds forms of them that aren't looked through here.
fn without_literals(text: &str) -> String {
    if ["$$", "/*", "\\'"].iter().any(|form| text.contains(form)) {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut within = None;
    let mut before = ' ';
    for one in text.chars() {
        match within {
            Some(end) if end == one => within = None,
            Some('"') => kept.push(one),
            Some(_) => {}
            None if one == '\'' || one == '"' => within = Some(one),
            None if one == '-' && before == '-' => within = Some('\n'),
            None => kept.push(one),
        }
        before = one;
    }
    kept
}

/// The words of a statement, and whether a parenthesis follows.
fn words(text: &str) -> impl Iterator<Item = (String, bool)> {
    let is_part = |one: char| one.is_alphanumeric() || one == '_';
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|one| !is_part(one));
        let length = rest.find(|one| !is_part(one)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(length);
        rest = after;
        (!word.is_empty()).then(|| (word.to_lowercase(), after.trim_start().starts_with('(')))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(statements: &[&str]) -> Vec<bool> {
        let mut session = Session::default();
        statements.iter().map(|text| session.changes(text)).collect()
    }

    #[test]
    fn a_transaction_counts_from_its_first_change_to_its_end() {
        let statements =
            ["BEGIN", "SET LOCAL a = 1", "SELECT 1", "SELECT FROM t FOR KEY SHARE", "SELECT 1", "COMMIT", "SELECT 1"];
        assert_eq!(counted(&statements), [false, false, false, true, true, true, false]);
        assert_eq!(counted(&["BEGIN", "SELECT max(a) FROM t", "ROLLBACK"]), [false; 3]);
        assert_eq!(
            counted(&["BEGIN", "UPDATE t SET a = 1", "ROLLBACK TO SAVEPOINT x", "ROLLBACK", "SELECT 1"]),
            [false, true, true, true, false]
        );
    }

    #[test]
    fn what_is_not_known_counts() {
        for text in [
            "",
            "VACUUM t",
            "SELECT pg_terminate_backend(1)",
            "SELECT my_function (1)",
            "WITH a AS (DELETE FROM t RETURNING *) SELECT * FROM a",
            "SELECT 1; DROP TABLE t",
            "EXPLAIN ANALYZE SELECT 1",
            "SELECT 'a -- ', f(1)",
            "SELECT \"a'b\", f(1), 'c'",
        ] {
            assert_eq!(counted(&[text]), [true], "{text}");
        }
    }

    #[test]
    fn statements_are_known_by_the_names_they_were_prepared_under() {
        let mut session = Session::default();
        assert_eq!(session.note(b'P', b"\0INSERT INTO t VALUES ($1)\0\0\0"), None);
        assert_eq!(session.note(b'B', b"\0\0\0\0"), None);
        assert_eq!(session.note(b'E', b"\0\0\0\0\0"), Some(true));
        assert_eq!(session.note(b'Q', b"SELECT 1\0"), Some(false));
    }
}
