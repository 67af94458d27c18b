//! Where in our SQL an error lies. Most DDL errors carry no position, so where a statement begins is ours to know;
//! a position refines it, else the name in the message is looked for in the statement's text.

use std::path::Path;

use sqlx::postgres::{PgDatabaseError, PgErrorPosition};

use super::error::{ApplyError, SqlFailure};
use crate::dialect::postgres::session::{is_connection_loss, plain, sqlstate};
use crate::statement::Statement;

/// The error of a statement with its place in the file; a connection that broke is not the statement's fault.
pub(super) fn failure(error: &sqlx::Error, file: &Path, statement: &Statement, title: &str) -> ApplyError {
    if is_connection_loss(error) {
        return ApplyError::Broken(plain(error));
    }
    let (line, column) = place(error, statement);
    ApplyError::Statement(Box::new(SqlFailure {
        file: file.to_owned(),
        line,
        column,
        message: plain(error),
        code: sqlstate(error),
        title: title.to_owned(),
        sql: statement.sql.clone(),
    }))
}

fn place(error: &sqlx::Error, statement: &Statement) -> (usize, usize) {
    let start = (statement.line, statement.column);
    let Some(database) = error.as_database_error().and_then(|error| error.try_downcast_ref::<PgDatabaseError>()) else {
        return start;
    };
    let offset = match database.position() {
        // In characters, from 1, over the whole text that was sent.
        Some(PgErrorPosition::Original(position)) => Some(position.saturating_sub(1)),
        Some(PgErrorPosition::Internal { .. }) | None => named_offset(database.message(), &statement.sql),
    };
    match offset {
        Some(offset) => advance(start, &statement.sql, offset),
        None => start,
    }
}

/// The offset, in characters, of the first name in double quotes of the message that stands in the statement.
fn named_offset(message: &str, sql: &str) -> Option<usize> {
    let names = message.split('"').skip(1).step_by(2);
    let found = names.filter(|name| !name.is_empty()).find_map(|name| sql.find(name))?;
    Some(sql[..found].chars().count())
}

fn advance((line, column): (usize, usize), sql: &str, offset: usize) -> (usize, usize) {
    sql.chars()
        .take(offset)
        .fold((line, column), |(line, column), c| if c == '\n' { (line + 1, 1) } else { (line, column + 1) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_become_lines_and_columns() {
        assert_eq!(advance((3, 5), "ab\ncd", 4), (4, 2));
        assert_eq!(advance((3, 5), "ab", 1), (3, 6));
        assert_eq!(named_offset("column \"nö\" does not exist", "ALTER ä nö"), Some(8));
    }
}
