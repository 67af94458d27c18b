//! What a query writes: the tables, the columns, and what it plainly gives them. The server looks at that only when the
//! statement runs.

use std::ops::Range;

use super::scan::Words;

/// A part of a query that writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    /// What it does.
    pub kind: WriteKind,
    /// The namespace of the table, where it is named.
    pub namespace: Option<String>,
    /// The table.
    pub table: String,
    /// The columns with what they are given. Without a column list the names are unknown: only so many columns are given,
    /// from the first.
    pub columns: Vec<(Option<String>, Given)>,
    /// Whether the query names the columns.
    pub names_columns: bool,
}

/// What it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteKind {
    /// INSERT.
    Insert,
    /// UPDATE, also ON CONFLICT DO UPDATE.
    Update,
    /// DELETE.
    Delete,
}

/// What a column is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    /// The word NULL.
    Null,
    /// The word DEFAULT.
    Default,
    /// Anything else.
    Value,
}

/// The parts of a query that write.
pub fn writes(text: &str) -> Vec<Write> {
    let words = Words::of(text);
    let mut found: Vec<Write> = Vec::new();
    let mut inserting = None;
    for at in 0..words.len() {
        if words.reads(at, &["insert", "into"]) {
            let write = insert(&words, at + 2);
            inserting = write.as_ref().map(|write| (write.namespace.clone(), write.table.clone()));
            found.extend(write);
        } else if words.reads(at, &["do", "update", "set"]) {
            let Some((namespace, table)) = inserting.clone() else { continue };
            let columns = assignments(&words, at + 3);
            found.push(Write { kind: WriteKind::Update, namespace, table, columns, names_columns: true });
        } else if words.reads(at, &["update"]) && !is_locking_clause(&words, at) {
            found.extend(update(&words, at + 1));
        } else if words.reads(at, &["delete", "from"]) {
            let at = if words.reads(at + 2, &["only"]) { at + 3 } else { at + 2 };
            if let Some((namespace, table, _)) = words.qualified(at) {
                let kind = WriteKind::Delete;
                found.push(Write { kind, namespace, table, columns: Vec::new(), names_columns: true });
            }
        }
    }
    found
}

/// FOR UPDATE, FOR NO KEY UPDATE, DO UPDATE, and a column that is called so.
fn is_locking_clause(words: &Words, at: usize) -> bool {
    at > 0 && ["for", "key", "do", ".", ","].iter().any(|before| words.reads(at - 1, &[before]))
}

fn insert(words: &Words, at: usize) -> Option<Write> {
    let (namespace, table, mut at) = words.qualified(at)?;
    if words.reads(at, &["as"]) {
        at += 2;
    }
    let subquery = ["select", "with", "values", "table"].iter().any(|first| words.reads(at + 1, &[first]));
    let named = words.list(at).filter(|_| !subquery);
    let names: Option<Vec<String>> = named
        .as_ref()
        .map(|(parts, _)| parts.iter().filter_map(|part| words.name(part.start).map(str::to_owned)).collect());
    if let Some((_, after)) = named {
        at = after;
    }
    if words.reads(at, &["overriding"]) {
        at += 3;
    }
    let given = given(words, at, names.as_ref().map(Vec::len));
    let names_columns = names.is_some();
    let columns = match names {
        Some(names) => {
            let padded = given.into_iter().chain(std::iter::repeat(Given::Value));
            names.into_iter().map(Some).zip(padded).collect()
        }
        None => given.into_iter().map(|given| (None, given)).collect(),
    };
    Some(Write { kind: WriteKind::Insert, namespace, table, columns, names_columns })
}

/// What the rows of VALUES give to each column, the worst of all rows; as many values as a SELECT has outputs.
fn given(words: &Words, at: usize, expected: Option<usize>) -> Vec<Given> {
    if words.reads(at, &["default", "values"]) {
        return Vec::new();
    }
    let mut all: Vec<Given> = Vec::new();
    if words.reads(at, &["values"]) {
        let mut at = at + 1;
        while let Some((parts, after)) = words.list(at) {
            for (place, part) in parts.into_iter().enumerate() {
                let given = one_given(words, &part);
                match all.get_mut(place) {
                    Some(known) if *known == Given::Value => *known = given,
                    Some(_) => {}
                    None => all.push(given),
                }
            }
            if !words.reads(after, &[","]) {
                break;
            }
            at = after + 1;
        }
    } else if words.reads(at, &["select"]) {
        all = outputs(words, at + 1);
    }
    all.truncate(expected.unwrap_or(usize::MAX));
    all
}

/// The outputs of a SELECT, up to FROM.
fn outputs(words: &Words, at: usize) -> Vec<Given> {
    let mut all = Vec::new();
    let (mut depth, mut begin) = (0_usize, at);
    for here in at..=words.len() {
        let ends = here == words.len() || depth == 0 && (words.reads(here, &["from"]) || words.reads(here, &[")"]));
        if ends || depth == 0 && words.reads(here, &[","]) {
            all.push(one_given(words, &(begin..here)));
            begin = here + 1;
        }
        if ends {
            break;
        }
        if words.reads(here, &["("]) {
            depth += 1;
        } else if words.reads(here, &[")"]) {
            depth -= 1;
        }
    }
    all
}

fn one_given(words: &Words, part: &Range<usize>) -> Given {
    match part.len() {
        1 if words.reads(part.start, &["null"]) => Given::Null,
        1 if words.reads(part.start, &["default"]) => Given::Default,
        _ => Given::Value,
    }
}

fn update(words: &Words, at: usize) -> Option<Write> {
    let at = if words.reads(at, &["only"]) { at + 1 } else { at };
    let (namespace, table, mut at) = words.qualified(at)?;
    // An alias, with or without AS.
    for _ in 0..2 {
        if !words.reads(at, &["set"]) {
            at += 1;
        }
    }
    words.reads(at, &["set"]).then(|| {
        let columns = assignments(words, at + 1);
        Write { kind: WriteKind::Update, namespace, table, columns, names_columns: true }
    })
}

/// The columns of SET with what they are given.
fn assignments(words: &Words, at: usize) -> Vec<(Option<String>, Given)> {
    let mut found = Vec::new();
    let mut at = at;
    loop {
        if let Some((parts, after)) = words.list(at) {
            let names = parts.iter().filter_map(|part| words.name(part.start));
            found.extend(names.map(|name| (Some(name.to_owned()), Given::Value)));
            at = after;
        } else if let Some(name) = words.name(at) {
            let value = at + 2;
            let ends_at = end_of_expression(words, value);
            found.push((Some(name.to_owned()), one_given(words, &(value..ends_at))));
        } else {
            return found;
        }
        at = end_of_expression(words, at);
        if !words.reads(at, &[","]) {
            return found;
        }
        at += 1;
    }
}

/// Where an assignment ends: at the next comma, the next clause or the parenthesis around the whole.
fn end_of_expression(words: &Words, at: usize) -> usize {
    let mut depth = 0_usize;
    for here in at..words.len() {
        let ends = [",", "from", "where", "returning", ")", ";"].iter().any(|word| words.reads(here, &[word]));
        if depth == 0 && ends {
            return here;
        }
        if words.reads(here, &["("]) {
            depth += 1;
        } else if words.reads(here, &[")"]) {
            depth -= 1;
        }
    }
    words.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let column = |(name, given): &(Option<String>, Given)| {
            let name = name.clone().unwrap_or_else(|| "?".to_owned());
            match given {
                Given::Value => name,
                Given::Null => format!("{name}=null"),
                Given::Default => format!("{name}=default"),
            }
        };
        let write = |write: &Write| {
            let columns: Vec<_> = write.columns.iter().map(column).collect();
            format!("{:?} {} {}", write.kind, write.table, columns.join(" ")).trim().to_owned()
        };
        writes(text).iter().map(write).collect()
    }

    #[test]
    fn what_is_written_is_found() {
        assert_eq!(shown("INSERT INTO t (a, \"B\") VALUES ($1, NULL), (DEFAULT, 2)"), ["Insert t a=default B=null"]);
        assert_eq!(shown("insert into app.t values ($1, now())"), ["Insert t ? ?"]);
        assert_eq!(shown("INSERT INTO t DEFAULT VALUES"), ["Insert t"]);
        assert_eq!(shown("INSERT INTO t (a, b) SELECT x, coalesce(y, 1) FROM u"), ["Insert t a b"]);
        assert_eq!(shown("INSERT INTO t SELECT f(x, y), NULL FROM u"), ["Insert t ? ?=null"]);
        assert_eq!(
            shown("INSERT INTO t AS x (a) VALUES ($1) ON CONFLICT (a) DO UPDATE SET a = excluded.a, b = NULL"),
            ["Insert t a", "Update t a b=null"]
        );
        assert_eq!(shown("UPDATE t AS x SET a = f(1, 2), (b, c) = ($1, $2) WHERE a = 1"), ["Update t a b c"]);
        assert_eq!(shown("WITH d AS (DELETE FROM t RETURNING a) SELECT a FROM d FOR UPDATE"), ["Delete t"]);
        assert_eq!(shown("WITH u AS (UPDATE t SET a = NULL) SELECT 1"), ["Update t a=null"]);
        assert!(shown("SELECT update, a FROM t FOR NO KEY UPDATE").is_empty());
    }
}
