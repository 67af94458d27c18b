//! The words of a query, one by one, names as the server folds them.

use schema_model::sql_text::{TokenKind, tokens};

/// A word, a name or a sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// As the server folds it.
    pub(super) text: String,
    /// Whether it can be a name.
    pub(super) is_name: bool,
    /// Whether it may be a keyword.
    pub(super) is_keyword: bool,
}

/// The words of a text.
#[derive(Clone, Debug)]
pub(super) struct Words(Vec<Word>);

impl Words {
    pub(super) fn of(text: &str) -> Self {
        let meaning = tokens(text).into_iter().filter_map(|token| {
            let text = &text[token.range];
            let word = |text: String, is_name, is_keyword| Some(Word { text, is_name, is_keyword });
            match token.kind {
                TokenKind::Space | TokenKind::Comment => None,
                TokenKind::Word => word(text.to_lowercase(), true, true),
                TokenKind::QuotedName => word(text.trim_matches('"').replace("\"\"", "\""), true, false),
                TokenKind::Text | TokenKind::Number | TokenKind::Parameter | TokenKind::Symbol => {
                    word(text.to_owned(), false, false)
                }
            }
        });
        Self(meaning.collect())
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether these keywords or signs stand here.
    pub(super) fn reads(&self, at: usize, keywords: &[&str]) -> bool {
        keywords.iter().enumerate().all(|(offset, keyword)| {
            let word = self.0.get(at + offset);
            word.is_some_and(|word| word.text == *keyword && (word.is_keyword || !word.is_name))
        })
    }

    /// The name that stands here.
    pub(super) fn name(&self, at: usize) -> Option<&str> {
        self.0.get(at).filter(|word| word.is_name).map(|word| word.text.as_str())
    }

    /// A name with or without its namespace, and what comes after it.
    pub(super) fn qualified(&self, at: usize) -> Option<(Option<String>, String, usize)> {
        let first = self.name(at)?.to_owned();
        match self.reads(at + 1, &["."]).then(|| self.name(at + 2)).flatten() {
            Some(second) => Some((Some(first), second.to_owned(), at + 3)),
            None => Some((None, first, at + 1)),
        }
    }

    /// What stands between the parenthesis here and its partner, parted by commas, each as the places of its words; and
    /// what comes after it.
    pub(super) fn list(&self, at: usize) -> Option<(Vec<std::ops::Range<usize>>, usize)> {
        if !self.reads(at, &["("]) {
            return None;
        }
        let (mut parts, mut depth, mut begin) = (Vec::new(), 0_usize, at + 1);
        for here in at..self.len() {
            if self.reads(here, &["("]) {
                depth += 1;
            } else if self.reads(here, &[")"]) {
                depth -= 1;
                if depth == 0 {
                    if here > begin {
                        parts.push(begin..here);
                    }
                    return Some((parts, here + 1));
                }
            } else if depth == 1 && self.reads(here, &[","]) {
                parts.push(begin..here);
                begin = here + 1;
            }
        }
        None
    }
}

/// Whether a query takes columns as they come: `*` where a column list would stand, or NATURAL's columns.
pub fn has_star(text: &str) -> bool {
    let words = Words::of(text);
    let before = ["select", "returning", "distinct", "all", ",", "."];
    (1..words.len()).any(|at| words.reads(at, &["*"]) && before.iter().any(|word| words.reads(at - 1, &[word])))
}

/// Whether a query calls a function of that name.
pub fn calls(text: &str, function: &str) -> bool {
    let words = Words::of(text);
    (0..words.len()).any(|at| words.name(at) == Some(function) && words.reads(at + 1, &["("]))
}

/// Whether a name stands in a text, in quotes of strings too.
pub fn names(text: &str, name: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    text.split(|c: char| !part(c)).any(|word| word.eq_ignore_ascii_case(name))
}
