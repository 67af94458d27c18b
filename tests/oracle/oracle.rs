//! An independent listing of what is in a database.
//!
//! It is written against the PostgreSQL manual and shares nothing with the crate's inspection, so that both don't
//! make the same mistake. A fact is a line: `column public.users.name | type = text`. Lines are sorted, and the
//! number of a column is no fact, so two databases are alike if their listings are equal, whatever the order in
//! which their columns were made.

use schema_diff::model::server_form;
use sqlx::postgres::PgPool;
use sqlx::{Connection, PgConnection};

/// A query of the catalog, and the first version that has what it reads. Each gives rows of object, attribute, value.
const QUERIES: [(u32, &str); 14] = [
    (0, include_str!("catalog/namespaces.sql")),
    (0, include_str!("catalog/relations.sql")),
    (0, include_str!("catalog/columns.sql")),
    (0, include_str!("catalog/constraints.sql")),
    (0, include_str!("catalog/indexes.sql")),
    (0, include_str!("catalog/types.sql")),
    (0, include_str!("catalog/sequences.sql")),
    (0, include_str!("catalog/views.sql")),
    (0, include_str!("catalog/functions.sql")),
    (0, include_str!("catalog/triggers.sql")),
    (0, include_str!("catalog/policies.sql")),
    (0, include_str!("catalog/comments.sql")),
    (0, include_str!("catalog/privileges.sql")),
    (0, include_str!("catalog/others.sql")),
];

/// The same for what differs between versions too much for one query.
const PUBLICATIONS: [(u32, &str); 2] =
    [(0, include_str!("catalog/publications.sql")), (150_000, include_str!("catalog/publications_15.sql"))];

/// The beginning of the names of the tool's own tables.
const HISTORY: &str = "_schema_";

/// What to list.
#[derive(Clone, Debug)]
pub struct Oracle {
    namespaces: Vec<String>,
    with_history: bool,
}

impl Oracle {
    /// Everything in these schemas, and what belongs to the whole database (extensions, publications).
    pub fn of(namespaces: &[&str]) -> Self {
        Self { namespaces: namespaces.iter().map(|&name| name.to_owned()).collect(), with_history: true }
    }

    /// Leaves out the tool's own tables with all that belongs to them. Functions and types are never left out: there
    /// is no reason for the tool to leave any behind.
    #[must_use]
    pub fn without_history(mut self) -> Self {
        self.with_history = false;
        self
    }

    /// The facts, sorted.
    ///
    /// # Panics
    /// If the database can't be read: then there is nothing to compare.
    pub async fn listing(&self, pool: &PgPool) -> Vec<String> {
        let mut connection = pool.acquire().await.expect("a connection");
        self.listing_on(&mut connection).await
    }

    /// The same on one connection, also within its open transaction.
    ///
    /// # Panics
    /// As [`Oracle::listing`].
    pub async fn listing_on(&self, connection: &mut PgConnection) -> Vec<String> {
        let mut transaction = connection.begin().await.expect("a transaction or a savepoint");
        // Without a search path every name is written with its schema.
        let setting = "SELECT set_config('search_path', '', true), current_setting('server_version_num')::int";
        let (_, version): (String, i32) = sqlx::query_as(setting).fetch_one(&mut *transaction).await.expect("settings");
        let mut lines = Vec::new();
        for (since, query) in QUERIES.into_iter().chain(PUBLICATIONS) {
            if u32::try_from(version).expect("a version") < since {
                continue;
            }
            let facts: Vec<(String, String, Option<String>)> = sqlx::query_as(query)
                .bind(&self.namespaces)
                .fetch_all(&mut *transaction)
                .await
                .unwrap_or_else(|error| panic!("{error}\nin: {query}"));
            let wanted = facts.into_iter().filter(|(object, _, _)| self.with_history || !is_history(object));
            lines.extend(wanted.filter_map(|(object, attribute, value)| {
                // Nothing set is no fact. What the server writes otherwise once it has read it again is one fact.
                let value = server_form::settled(&value?);
                Some(format!("{object} | {attribute} = {}", value.replace('\n', "\n    ")))
            }));
        }
        // Gives the search path back.
        transaction.rollback().await.expect("rolled back");
        lines.sort_unstable();
        lines
    }
}

/// What stands in only one of two listings: `-` in the first, `+` in the second; nothing if they are equal.
pub fn difference(first: &[String], second: &[String]) -> String {
    let mut text = String::new();
    let mut mark = |sign: char, line: &str| text.push_str(&format!("{sign} {line}\n"));
    let (mut left, mut right) = (first.iter().peekable(), second.iter().peekable());
    loop {
        match (left.peek(), right.peek()) {
            (Some(a), Some(b)) if a == b => {
                left.next();
                right.next();
            }
            (Some(a), b) if b.is_none_or(|b| a < b) => {
                mark('-', a);
                left.next();
            }
            (_, Some(b)) => {
                mark('+', b);
                right.next();
            }
            (_, None) => return text,
        }
    }
}

/// Whether an object, as the queries name it, is a table of the tool or belongs to one.
fn is_history(object: &str) -> bool {
    let relation = ["table", "column", "constraint", "index", "sequence", "trigger", "policy", "rule"];
    relation.iter().any(|kind| object.split(' ').any(|word| word == *kind))
        && object.split([' ', '.']).any(|part| part.starts_with(HISTORY))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn differences_are_marked() {
        assert_eq!(difference(&lines("a\nb\nc"), &lines("a\nb\nc")), "");
        assert_eq!(difference(&lines("a\nb\nd"), &lines("b\nc\nd\ne")), "- a\n+ c\n+ e\n");
        assert_eq!(difference(&lines("a"), &[]), "- a\n");
        assert_eq!(difference(&[], &lines("a\na")), "+ a\n+ a\n");
    }

    #[test]
    fn the_history_is_recognised() {
        assert!(is_history("table public._schema_migrations"));
        assert!(is_history("index public._schema_migrations_pkey on _schema_migrations"));
        assert!(is_history("table column public._schema_steps.state"));
        assert!(!is_history("function public._schema_sync()"));
        assert!(!is_history("table public.my_schema_migrations"));
    }
}
