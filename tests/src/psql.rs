//! As much of psql as the scripts of `diff --sql` need: a machine that has PostgreSQL's server may lack its client.
//! Each statement is sent by itself, and the first error ends the script.

use std::collections::BTreeMap;

use schema_diff::model::sql_text::{TokenKind, tokens};
use sqlx::{AssertSqlSafe, Column, Connection, PgConnection, Row};

/// Runs a script; gives the server's error where it stops.
///
/// # Panics
/// Where the script uses something of psql that isn't here, or the server can't be reached.
pub async fn psql(url: &str, script: &str, variables: &[(&str, &str)]) -> Result<(), String> {
    let mut connection = PgConnection::connect(url).await.expect("the server is there");
    let mut variables: BTreeMap<String, String> =
        variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    // Whether the branches that we are in are taken.
    let mut taken: Vec<bool> = Vec::new();
    for piece in pieces(script) {
        let runs = taken.iter().all(|taken| *taken);
        match piece {
            Piece::Command(line) => {
                let (command, rest) = line.split_once(' ').unwrap_or((&line, ""));
                match command {
                    "\\if" => taken.push(match rest.strip_prefix(":{?") {
                        Some(name) => variables.contains_key(name.trim_end_matches('}')),
                        None => variables.get(rest.trim_start_matches(':')).is_some_and(|value| value == "t"),
                    }),
                    "\\else" => taken.iter_mut().last().into_iter().for_each(|last| *last = !*last),
                    "\\endif" => drop(taken.pop().expect("an \\if before")),
                    "\\set" if runs => {
                        let (name, value) = rest.split_once(' ').expect("a value");
                        variables.insert(name.to_owned(), value.to_owned());
                    }
                    "\\set" | "\\echo" => {}
                    other => panic!("this psql knows no {other}"),
                }
            }
            Piece::Statement { sql, gset } if runs => {
                let mut sql = sql;
                for (name, value) in &variables {
                    sql = sql.replace(&format!(":'{name}'"), &format!("'{value}'"));
                }
                if gset {
                    let row = sqlx::query(AssertSqlSafe(sql)).fetch_one(&mut connection).await.expect("a row");
                    for (at, column) in row.columns().iter().enumerate() {
                        let value: bool = row.get(at);
                        variables.insert(column.name().to_owned(), if value { "t" } else { "f" }.to_owned());
                    }
                } else {
                    sqlx::raw_sql(AssertSqlSafe(sql))
                        .execute(&mut connection)
                        .await
                        .map_err(|error| error.to_string())?;
                }
            }
            Piece::Statement { .. } => {}
        }
    }
    assert!(taken.is_empty(), "an \\if without \\endif");
    Ok(())
}

enum Piece {
    /// A line that begins with a backslash.
    Command(String),
    /// A statement, up to its semicolon or `\gset`.
    Statement { sql: String, gset: bool },
}

fn pieces(script: &str) -> Vec<Piece> {
    let (mut pieces, mut open, mut skip) = (Vec::new(), String::new(), 0);
    for token in tokens(script) {
        if token.range.start < skip {
            continue;
        }
        let text = &script[token.range.clone()];
        match (token.kind, text) {
            (TokenKind::Symbol, "\\") => {
                let line = script[token.range.start..].lines().next().unwrap_or_default();
                skip = token.range.start + line.len();
                if line == "\\gset" {
                    pieces.push(Piece::Statement { sql: std::mem::take(&mut open), gset: true });
                } else {
                    assert!(open.trim().is_empty(), "a statement without an end: {open}");
                    pieces.push(Piece::Command(line.to_owned()));
                }
            }
            (TokenKind::Symbol, ";") => {
                pieces.push(Piece::Statement { sql: std::mem::take(&mut open), gset: false });
            }
            (TokenKind::Comment, _) => {}
            _ => open.push_str(text),
        }
    }
    assert!(open.trim().is_empty(), "a statement without an end: {open}");
    pieces
}
