//! What one deployed version of the application asks of the database: its queries, from its source, from sqlx's offline
//! data and from SQL files.

mod offline;

use std::collections::BTreeMap;
use std::path::PathBuf;

use schema_model::declare::{Queries, Query, QueryForm, RowReader, Unread};
use schema_model::{Position, sql_text};

pub use offline::{Offline, OfflineType, read_offline};

/// A release and its queries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Release {
    /// What it is called in findings.
    pub name: String,
    /// Its queries, in the order of the source.
    pub queries: Vec<ReleaseQuery>,
    /// What could not be read.
    pub unread: Vec<Unread>,
}

/// A query of a release: one statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleaseQuery {
    /// Where it stands.
    pub position: Position,
    /// Its text.
    pub text: String,
    /// How it is run.
    pub form: QueryForm,
    /// What its rows are read into.
    pub rows: RowReader,
    /// What sqlx's offline data say about it.
    pub offline: Option<Offline>,
}

impl Release {
    /// Puts a release together. A text that holds several statements becomes several queries, and what only the offline
    /// data know stands at its file.
    pub fn new(
        name: &str,
        source: Queries,
        offline: (Vec<Offline>, Vec<Unread>),
        sql_files: Vec<(PathBuf, String)>,
    ) -> Self {
        let (known, mut unread) = offline;
        let mut by_text: BTreeMap<String, (Offline, bool)> =
            known.into_iter().map(|one| (one.text.clone(), (one, false))).collect();
        let mut queries = Vec::new();
        for query in source.queries {
            let offline = by_text.get_mut(&query.text).map(|(offline, met)| {
                *met = true;
                offline.clone()
            });
            queries.extend(statements(query, offline));
        }
        for (path, text) in sql_files {
            let position = Position { file: path.display().to_string(), line: 1, column: 1 };
            queries
                .extend(statements(Query { position, text, form: QueryForm::Simple, rows: RowReader::Unknown }, None));
        }
        for (offline, _) in by_text.into_values().filter(|(_, met)| !met) {
            queries.push(ReleaseQuery {
                position: Position { file: offline.file.display().to_string(), line: 1, column: 1 },
                text: offline.text.clone(),
                form: QueryForm::Macro,
                rows: RowReader::Unknown,
                offline: Some(offline),
            });
        }
        unread.extend(source.unread);
        unread.sort();
        Self { name: name.to_owned(), queries, unread }
    }
}

/// The statements of a text, each at its own place as far as lines go.
fn statements(query: Query, offline: Option<Offline>) -> Vec<ReleaseQuery> {
    let ranges = sql_text::statements(&query.text);
    let several = ranges.len() > 1;
    let one = |range: std::ops::Range<usize>| {
        let lines = query.text[..range.start].matches('\n').count();
        let position = match lines {
            0 => query.position.clone(),
            _ => Position { line: query.position.line + lines, column: 1, file: query.position.file.clone() },
        };
        ReleaseQuery {
            position,
            text: query.text[range].trim().trim_end_matches(';').to_owned(),
            form: query.form,
            rows: query.rows.clone(),
            offline: offline.clone().filter(|_| !several),
        }
    };
    ranges.into_iter().map(one).collect()
}
