//! What the application's source says about a table: statements that return all columns, literals that name one.

use schema_model::{Identifier, Position, QualifiedName, sql_text};

/// The string literals of the application's source, and the places where SQL is made at run time.
#[derive(Clone, Debug, Default)]
pub struct SourceFacts {
    /// Every literal with its place.
    pub literals: Vec<(Position, String)>,
    /// Places whose SQL can't be read.
    pub dynamic: Vec<Position>,
    /// Whether source was read at all; where it wasn't, nothing can be said about it.
    pub read: bool,
}

impl SourceFacts {
    /// Literals that read like SQL on the table and hold a `*` projection: `SELECT *`, `u.*`, `RETURNING *`.
    pub fn star_projections(&self, table: &QualifiedName) -> Vec<&Position> {
        self.matching(|words| words.iter().any(|w| *w == table.name.as_str()) && has_star(words))
    }

    /// Literals that name the column.
    pub fn naming(&self, column: &Identifier) -> Vec<&Position> {
        self.matching(|words| words.iter().any(|w| *w == column.as_str()))
    }

    /// Literals on the table that hold what works on a table and not on a view.
    pub fn breaking_on_a_view(&self, table: &QualifiedName) -> Vec<&Position> {
        const ALONE: [&str; 6] = ["copy", "truncate", "merge", "tablesample", "ctid", "pg_get_serial_sequence"];
        self.matching(|words| {
            words.iter().any(|w| w.contains(table.name.as_str()))
                && (words.iter().any(|w| ALONE.contains(&w.as_str()))
                    || words.windows(2).any(|w| w[0] == "on" && w[1] == "constraint"))
        })
    }

    fn matching(&self, wanted: impl Fn(&[String]) -> bool) -> Vec<&Position> {
        let mut found: Vec<_> =
            self.literals.iter().filter(|(_, text)| wanted(&words(text))).map(|(position, _)| position).collect();
        found.sort();
        found
    }

    /// Whether some literal reads like an upsert on the table, or SQL that can't be read might be one.
    pub fn may_upsert(&self, table: &QualifiedName) -> bool {
        let upsert = |words: &[String]| {
            words.iter().any(|w| *w == table.name.as_str())
                && words.windows(2).any(|w| w[0] == "on" && w[1] == "conflict")
        };
        !self.read || !self.dynamic.is_empty() || self.literals.iter().any(|(_, text)| upsert(&words(text)))
    }
}

/// The words and symbols of a text in lower case, names without their quotes.
fn words(text: &str) -> Vec<String> {
    sql_text::meaning(text).into_iter().map(|token| token.trim_matches('"').to_lowercase()).collect()
}

/// A star where a column list would stand: after SELECT, RETURNING, DISTINCT, a comma or a dot.
fn has_star(words: &[String]) -> bool {
    words.windows(2).any(|pair| {
        pair[1] == "*" && matches!(pair[0].as_str(), "select" | "returning" | "distinct" | "all" | "," | ".")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn star_projections_are_told_from_products() {
        let at = |line| Position { file: "src/lib.rs".into(), line, column: 1 };
        let texts = [
            "SELECT * FROM users",
            "SELECT a * 2 FROM users",
            "SELECT u.* FROM users u",
            "SELECT * FROM books",
            "SELECT count(*) FROM users",
        ];
        let facts = SourceFacts {
            literals: texts.iter().enumerate().map(|(line, text)| (at(line), (*text).to_owned())).collect(),
            ..SourceFacts::default()
        };
        let table: QualifiedName = "users".parse().expect("a valid name");
        let lines: Vec<_> = facts.star_projections(&table).iter().map(|position| position.line).collect();
        assert_eq!(lines, [0, 2]);
    }
}
