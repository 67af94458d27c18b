//! The SQL files of a migration, and what counts in them: tokens. Line ends, layout and people's comments don't count;
//! directives and what stands in quotes do.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schema_model::sql_text::{TokenKind, tokens};
use sha2::{Digest, Sha256};

/// The texts of a migration's SQL files by their names, which are also in the order of the phases.
///
/// A line ends with `\n` whatever the working tree says: a function's body must not depend on who checked it out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScriptFiles(BTreeMap<String, String>);

/// The first place at which files are not what they were.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The file.
    pub file: String,
    /// The line, from 1, in the file as it is now.
    pub line: usize,
    /// The line that stood there, where there was one.
    pub was: Option<String>,
    /// The line that stands there now, where there is one.
    pub is: Option<String>,
}

impl FromIterator<(String, String)> for ScriptFiles {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(files: I) -> Self {
        Self(files.into_iter().map(|(name, text)| (name, text.replace("\r\n", "\n"))).collect())
    }
}

impl ScriptFiles {
    /// The text of a file; an absent one is empty.
    pub fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// The texts by the names of their files.
    pub fn by_name(&self) -> &BTreeMap<String, String> {
        &self.0
    }

    /// The SHA-256 of the tokens, in hexadecimal digits.
    pub fn checksum(&self) -> String {
        let mut hash = Sha256::new();
        for (name, text) in &self.0 {
            add(&mut hash, name);
            pieces(text).for_each(|(piece, _)| add(&mut hash, &piece));
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The first place at which `now` has another token than these files.
    pub fn first_edit(&self, now: &Self) -> Option<Edit> {
        let names = self.0.keys().chain(now.0.keys().filter(|name| !self.0.contains_key(*name)));
        names.into_iter().find_map(|name| {
            let (was, is) = (self.text(name), now.text(name));
            let (mut old, mut new) = (pieces(was), pieces(is));
            loop {
                match (old.next(), new.next()) {
                    (None, None) => return None,
                    (Some((a, _)), Some((b, _))) if a == b => {}
                    (a, b) => return Some(edit(name, (was, a.map(|(_, at)| at)), (is, b.map(|(_, at)| at)))),
                }
            }
        })
    }
}

/// The edit between two places; where a text has ended there is no line.
fn edit(name: &str, was: (&str, Option<usize>), is: (&str, Option<usize>)) -> Edit {
    let line = |(text, at): (&str, Option<usize>)| {
        let at = at?;
        let from = text[..at].rfind('\n').map_or(0, |end| end + 1);
        text[from..].lines().next().map(|line| line.trim().to_owned())
    };
    let before = &is.0[..is.1.unwrap_or(is.0.trim_end().len())];
    Edit { file: name.to_owned(), line: before.matches('\n').count() + 1, was: line(was), is: line(is) }
}

/// What counts in a text, with where it stands.
fn pieces(text: &str) -> impl Iterator<Item = (Cow<'_, str>, usize)> {
    tokens(text).into_iter().filter_map(|token| {
        let (piece, at) = (&text[token.range.clone()], token.range.start);
        match token.kind {
            TokenKind::Space => None,
            TokenKind::Comment => {
                let directive = piece.strip_prefix("--!")?;
                Some((Cow::Owned(directive.split_whitespace().collect::<Vec<_>>().join(" ")), at))
            }
            _ => Some((Cow::Borrowed(piece), at)),
        }
    })
}

/// Each piece ends with a byte that occurs in no text, so that pieces can't run together.
fn add(hash: &mut Sha256, piece: &str) {
    hash.update(piece.as_bytes());
    hash.update([0xff]);
}

#[cfg(test)]
mod tests {
    use super::ScriptFiles;

    fn files(text: &str) -> ScriptFiles {
        ScriptFiles::from_iter([("1_expand.sql".to_owned(), text.to_owned())])
    }

    #[test]
    fn layout_and_comments_do_not_count() {
        let original = files("--! step 1: add  it\n-- a word\nALTER TABLE t\n  ADD c text;\n");
        let same = files("--! step 1: add it\r\nALTER TABLE t ADD c text ;");
        assert_eq!(original.checksum(), same.checksum());
        assert_eq!(original.first_edit(&same), None);
        for other in ["--! step 1: add it\nALTER TABLE t ADD d text;", "--! step 2: add it\nALTER TABLE t ADD c text;"]
        {
            assert_ne!(original.checksum(), files(other).checksum());
        }
        assert_ne!(files("SELECT 'a b'").checksum(), files("SELECT 'a  b'").checksum());
        assert_eq!(files("SELECT $$a\r\nb$$").checksum(), files("SELECT $$a\nb$$").checksum());
    }

    #[test]
    fn an_edit_is_found_where_it_stands() {
        let original = files("--! step 1: add it\nALTER TABLE t\n  ADD c text;\n");
        let seen = |text| {
            let edit = original.first_edit(&files(text)).expect("an edit");
            (edit.line, edit.was.unwrap_or_default(), edit.is.unwrap_or_default())
        };
        let longer = "--! step 1: add it\nALTER TABLE t\n  ADD c text;\n\nDROP TABLE u;\n";
        assert_eq!(
            seen("-- new\n--! step 1: add it\nALTER TABLE t\n  ADD d text;\n"),
            (4, "ADD c text;".to_owned(), "ADD d text;".to_owned())
        );
        assert_eq!(seen(longer), (5, String::new(), "DROP TABLE u;".to_owned()));
        assert_eq!(seen("--! step 1: add it\n"), (1, "ALTER TABLE t".to_owned(), String::new()));
        assert_eq!(seen(""), (1, "--! step 1: add it".to_owned(), String::new()));
    }
}
