//! Partitions of a table, as the server writes them.

use crate::name::QualifiedName;
use crate::sql_text::{self, TokenKind};

/// How the rows of a table are spread.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Partitioning {
    /// The key: `RANGE (at)`.
    pub key: String,
    /// The partitions, by name.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub partitions: Vec<Partition>,
}

/// A partition.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Partition {
    /// Its name.
    pub name: QualifiedName,
    /// Which rows it holds: `FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')`, or `DEFAULT`.
    pub bound: String,
    /// How they are spread further.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub partitioning: Option<Box<Partitioning>>,
}

impl Partitioning {
    /// Every partition, those of partitions included, parents first.
    pub fn all(&self) -> Vec<&Partition> {
        self.partitions.iter().flat_map(Partition::with_those_below).collect()
    }

    /// Keeps partitions of such names, those of partitions included.
    pub fn retain(&mut self, stays: &impl Fn(&QualifiedName) -> bool) {
        self.partitions.retain(|partition| stays(&partition.name));
        for below in self.partitions.iter_mut().filter_map(|partition| partition.partitioning.as_mut()) {
            below.retain(stays);
        }
    }
}

impl Partition {
    /// The partition, and all that it is spread over.
    pub fn with_those_below(&self) -> Vec<&Partition> {
        let below = self.partitioning.iter().flat_map(|below| below.all());
        std::iter::once(self).chain(below).collect()
    }

    /// Whether it takes the rows that no other one does.
    pub fn is_default(&self) -> bool {
        self.bound == "DEFAULT"
    }

    /// Whether its bound names NULL.
    pub fn takes_null(&self) -> bool {
        let list = self.bound.strip_prefix("FOR VALUES IN (").and_then(|rest| rest.strip_suffix(')'));
        list.is_some_and(|list| values(list).into_iter().any(is_null))
    }

    /// What a row must fulfil to be one of its, where the key is one column and the bound names values of it. It is said
    /// in such a way that the server sees its own condition in it.
    pub fn condition(&self, key: &str) -> Option<String> {
        let (method, column) = key.split_once(' ')?;
        let column = column.strip_prefix('(')?.strip_suffix(')')?;
        let kinds: Vec<TokenKind> = sql_text::tokens(column).into_iter().map(|token| token.kind).collect();
        if !matches!(kinds.as_slice(), [TokenKind::Word | TokenKind::QuotedName]) {
            return None;
        }
        let bound = self.bound.strip_prefix("FOR VALUES ")?;
        match method {
            "LIST" => {
                let list = bound.strip_prefix("IN (")?.strip_suffix(')')?;
                let (nulls, values): (Vec<&str>, Vec<&str>) =
                    values(list).into_iter().partition(|value| is_null(value));
                let one_of = format!("{column} IN ({})", values.join(", "));
                let null = |word| format!("{column} IS {word}");
                Some(match (nulls.is_empty(), values.is_empty()) {
                    (true, _) => format!("{} AND {one_of}", null("NOT NULL")),
                    (false, true) => null("NULL"),
                    (false, false) => format!("{} OR {one_of}", null("NULL")),
                })
            }
            "RANGE" => {
                let ends = bound.strip_prefix("FROM (")?.strip_suffix(')')?;
                let word = sql_text::tokens(ends).into_iter().find(|token| &ends[token.range.clone()] == "TO")?;
                let from = ends[..word.range.start].trim_end().strip_suffix(')')?;
                let to = ends[word.range.end..].trim_start().strip_prefix('(')?;
                if [from, to].iter().any(|end| values(end).len() != 1) {
                    return None;
                }
                let end = |operator: &str, value: &str| format!(" AND {column} {operator} {value}");
                let from = if from == "MINVALUE" { String::new() } else { end(">=", from) };
                let to = if to == "MAXVALUE" { String::new() } else { end("<", to) };
                Some(format!("{column} IS NOT NULL{from}{to}"))
            }
            _ => None,
        }
    }
}

fn is_null(value: &str) -> bool {
    value.eq_ignore_ascii_case("NULL")
}

/// The members of a list.
fn values(list: &str) -> Vec<&str> {
    let (mut values, mut begin) = (Vec::new(), 0);
    let commas = sql_text::tokens(list).into_iter().filter(|token| &list[token.range.clone()] == ",");
    for comma in commas {
        values.push(list[begin..comma.range.start].trim());
        begin = comma.range.end;
    }
    values.push(list[begin..].trim());
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_is_a_condition() {
        let condition = |key: &str, bound: &str| {
            let name = "public.p".parse().expect("a name");
            Partition { name, bound: format!("FOR VALUES {bound}"), partitioning: None }.condition(key)
        };
        for (key, bound, expected) in [
            (
                "RANGE (at)",
                "FROM ('2026-01-01') TO ('2027-01-01')",
                Some("at IS NOT NULL AND at >= '2026-01-01' AND at < '2027-01-01'"),
            ),
            ("RANGE (\"At\")", "FROM (MINVALUE) TO (10)", Some("\"At\" IS NOT NULL AND \"At\" < 10")),
            ("LIST (kind)", "IN ('a, b', 'c')", Some("kind IS NOT NULL AND kind IN ('a, b', 'c')")),
            ("LIST (kind)", "IN (NULL, 'c')", Some("kind IS NULL OR kind IN ('c')")),
            ("LIST (kind)", "IN (NULL)", Some("kind IS NULL")),
            ("RANGE (a)", "FROM ('a) TO (b') TO ('z')", Some("a IS NOT NULL AND a >= 'a) TO (b' AND a < 'z'")),
            ("RANGE (a, b)", "FROM (1, 2) TO (3, 4)", None),
            ("RANGE (lower(a))", "FROM ('a') TO ('b')", None),
            ("HASH (id)", "WITH (modulus 2, remainder 0)", None),
        ] {
            assert_eq!(condition(key, bound).as_deref(), expected, "{key} {bound}");
        }
    }
}
