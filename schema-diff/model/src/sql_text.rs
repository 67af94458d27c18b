//! The lexical structure of PostgreSQL's SQL: enough to split statements, to compare texts apart from their layout,
//! and to find and replace column names. The rules are those of the manual's section "Lexical Structure".

mod names;

use std::ops::Range;

pub use names::{mentions, rename_table, replace_columns, replace_type};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// Spaces and line ends.
    Space,
    /// `-- …` to the end of the line, or `/* … */`, which nests.
    Comment,
    /// A name or keyword without quotes.
    Word,
    /// A name in double quotes.
    QuotedName,
    /// A text in single quotes with its prefix, or in dollar quotes.
    Text,
    /// A number.
    Number,
    /// A parameter: `$1`.
    Parameter,
    /// Anything else, one character each.
    Symbol,
}

/// A token and where it stands, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it stands.
    pub range: Range<usize>,
}

/// Takes a text apart. Every byte belongs to one token; an unfinished quote runs to the end.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let (kind, length) = next(&text[at..]);
        tokens.push(Token { kind, range: at..at + length });
        at += length;
    }
    tokens
}

fn next(rest: &str) -> (TokenKind, usize) {
    let first = rest.chars().next().unwrap_or(' ');
    if first.is_whitespace() {
        return (TokenKind::Space, run(rest, char::is_whitespace));
    }
    if rest.starts_with("--") {
        return (TokenKind::Comment, rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return (TokenKind::Comment, block_comment(rest));
    }
    if first == '"' {
        return (TokenKind::QuotedName, quoted(rest, 0, '"', false));
    }
    if let Some((prefix, escapes)) = text_prefix(rest) {
        return (TokenKind::Text, quoted(rest, prefix, '\'', escapes));
    }
    if first == '$' {
        return dollar(rest);
    }
    if first.is_ascii_digit() {
        return (TokenKind::Number, run(rest, |c| c.is_ascii_alphanumeric() || c == '.' || c == '_'));
    }
    if first.is_alphabetic() || first == '_' {
        return (TokenKind::Word, run(rest, |c| c.is_alphanumeric() || c == '_' || c == '$'));
    }
    (TokenKind::Symbol, first.len_utf8())
}

fn run(rest: &str, belongs: impl Fn(char) -> bool) -> usize {
    rest.find(|c| !belongs(c)).unwrap_or(rest.len())
}

fn block_comment(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let (mut depth, mut at) = (0_usize, 0);
    while at + 1 < bytes.len() {
        match &bytes[at..at + 2] {
            b"/*" => (depth, at) = (depth + 1, at + 2),
            b"*/" if depth == 1 => return at + 2,
            b"*/" => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
    }
    rest.len()
}

/// The length of what stands before the quote (`E`, `U&`, `B`, …), and whether backslashes escape.
fn text_prefix(rest: &str) -> Option<(usize, bool)> {
    let bytes = rest.as_bytes();
    match bytes {
        [b'\'', ..] => Some((0, false)),
        [b'e' | b'E', b'\'', ..] => Some((1, true)),
        [b'b' | b'B' | b'x' | b'X' | b'n' | b'N', b'\'', ..] => Some((1, false)),
        [b'u' | b'U', b'&', b'\'', ..] => Some((2, false)),
        _ => None,
    }
}

fn quoted(rest: &str, prefix: usize, quote: char, escapes: bool) -> usize {
    let mut characters = rest[prefix + 1..].char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        if escapes && c == '\\' {
            characters.next();
        } else if c == quote {
            if characters.peek().is_some_and(|(_, next)| *next == quote) {
                characters.next();
            } else {
                return prefix + 1 + at + 1;
            }
        }
    }
    rest.len()
}

fn dollar(rest: &str) -> (TokenKind, usize) {
    let inner = &rest[1..];
    let digits = run(inner, |c| c.is_ascii_digit());
    if digits > 0 {
        return (TokenKind::Parameter, 1 + digits);
    }
    let tag = run(inner, |c| c.is_alphanumeric() || c == '_');
    if !inner[tag..].starts_with('$') {
        return (TokenKind::Symbol, 1);
    }
    let delimiter = &rest[..tag + 2];
    let end = rest[delimiter.len()..].find(delimiter).map_or(rest.len(), |at| at + 2 * delimiter.len());
    (TokenKind::Text, end)
}

/// The statements of a text, without their semicolons; parts that hold nothing but space and comments are left out.
pub fn statements(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut start, mut end, mut depth) = (None, 0, 0_i32);
    let (mut atomic, mut cases, mut before) = (false, 0_u32, "");
    for token in tokens(text) {
        let piece = &text[token.range.clone()];
        match token.kind {
            TokenKind::Space | TokenKind::Comment => continue,
            TokenKind::Symbol if piece == "(" => depth += 1,
            TokenKind::Symbol if piece == ")" => depth -= 1,
            // `BEGIN ATOMIC … END` is the one place where semicolons stand inside a statement.
            TokenKind::Word if piece.eq_ignore_ascii_case("atomic") => atomic |= before.eq_ignore_ascii_case("begin"),
            TokenKind::Word if atomic && piece.eq_ignore_ascii_case("case") => cases += 1,
            TokenKind::Word if atomic && piece.eq_ignore_ascii_case("end") && cases > 0 => cases -= 1,
            TokenKind::Word if atomic && piece.eq_ignore_ascii_case("end") => atomic = false,
            TokenKind::Symbol if piece == ";" && depth <= 0 && !atomic => {
                if let Some(start) = start.take() {
                    found.push(start..end);
                }
                continue;
            }
            _ => {}
        }
        start.get_or_insert(token.range.start);
        end = token.range.end;
        before = piece;
    }
    if let Some(start) = start {
        found.push(start..end);
    }
    found
}

/// The tokens that carry meaning, each as one piece of text: equal for texts that differ in layout and comments only.
/// What stands in quotes counts byte by byte.
pub fn meaning(text: &str) -> Vec<&str> {
    tokens(text)
        .into_iter()
        .filter(|token| !matches!(token.kind, TokenKind::Space | TokenKind::Comment))
        .map(|token| &text[token.range])
        .collect()
}

/// Whether these words follow each other in a text, in any case and outside of quotes.
pub fn says(text: &str, words: &[&str]) -> bool {
    let alike = |found: &[&str]| found.iter().zip(words).all(|(found, word)| found.eq_ignore_ascii_case(word));
    meaning(text).windows(words.len()).any(alike)
}

/// Whether a text holds a subquery, whose columns could be anybody's.
pub fn has_subquery(text: &str) -> bool {
    meaning(text).iter().any(|token| token.eq_ignore_ascii_case("select"))
}

/// A name as the server keeps it: folded to lower case, or as it stands in its quotes.
pub fn unquoted(token: &str) -> String {
    match token.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')) {
        Some(inner) => inner.replace("\"\"", "\""),
        None => token.to_lowercase(),
    }
}

/// Takes one pair of parentheses off that embraces the whole text.
pub fn without_parentheses(text: &str) -> &str {
    let trimmed = text.trim();
    let Some(inner) = trimmed.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) else { return trimmed };
    let mut depth = 0_i32;
    for token in meaning(inner) {
        match token {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return trimmed;
        }
    }
    inner.trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_end_at_semicolons_outside_quotes() {
        let text =
            "CREATE FUNCTION f() AS $$ a; b $$;\n-- only; a comment\nSELECT ';' /* ; /* nested ; */ */ ;; SELECT 2";
        let found: Vec<_> = statements(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, ["CREATE FUNCTION f() AS $$ a; b $$", "SELECT ';'", "SELECT 2"]);
        assert_eq!(statements("CREATE FUNCTION f() BEGIN ATOMIC SELECT 1; SELECT 2; END; SELECT 3").len(), 2);
        let with_case = "CREATE FUNCTION f(x int) RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN x > 0 THEN 'p' ELSE 'n' END; SELECT 'z'; END; SELECT 2";
        assert_eq!(statements(with_case).len(), 2);
        assert_eq!(statements("ALTER TABLE t ADD COLUMN atomic bool; SELECT 3").len(), 2);
    }

    #[test]
    fn meaning_ignores_layout_and_comments_only() {
        assert_eq!(meaning("a  -- x\n+ 'b  c'"), meaning("a + 'b  c'"));
        assert_ne!(meaning("'b  c'"), meaning("'b c'"));
        assert_eq!(meaning(r"E'it\'s' x"), [r"E'it\'s'", "x"]);
        assert_eq!(meaning("$tag$ $$ $tag$ $1"), ["$tag$ $$ $tag$", "$1"]);
    }

    #[test]
    fn a_type_is_replaced_in_casts_alone() {
        let (from, to) = ("public.status".parse().expect("a name"), "public.\"New\"".parse().expect("a name"));
        for (text, expected) in [
            ("(status = 'a'::public.status)", "(status = 'a'::public.\"New\")"),
            ("'{a}'::public.status[]", "'{a}'::public.\"New\"[]"),
            ("'::public.status'::text", "'::public.status'::text"),
            ("'a'::app.status || public.status", "'a'::app.status || public.status"),
            ("'a'::\"public\".\"status\"", "'a'::public.\"New\""),
        ] {
            assert_eq!(replace_type(text, &from, &to), expected, "{text}");
        }
    }

    #[test]
    fn columns_are_replaced_where_they_are_columns() {
        let new = |name: &str| (name == "name").then(|| "NEW.name".to_owned());
        for (text, expected) in [
            ("lower(name)", "lower(NEW.name)"),
            ("name::name || 'name'", "NEW.name::name || 'name'"),
            ("users.name", "NEW.name"),
            ("public.users.\"name\" > 1", "NEW.name > 1"),
            ("name(1)", "name(1)"),
            ("\"Name\"", "\"Name\""),
            ("NAME", "NEW.name"),
            ("other.name", "other.name"),
            ("x::public.name", "x::public.name"),
            ("f(name => name)", "f(name => NEW.name)"),
        ] {
            assert_eq!(replace_columns(text, "users", new), expected, "{text}");
        }
        let any = |name: &str| Some(format!("NEW.{name}"));
        assert_eq!(replace_columns("CASE WHEN a THEN b END", "t", any), "CASE WHEN NEW.a THEN NEW.b END");
        assert_eq!(
            replace_columns("EXTRACT(year FROM a AT TIME ZONE 'UTC')", "t", any),
            "EXTRACT(year FROM NEW.a AT TIME ZONE 'UTC')"
        );
        assert!(has_subquery("(SELECT 1)") && !has_subquery("'select'"));
        assert!(mentions("(length(user_name) > 0)", "user_name"));
        assert!(!mentions("length('user_name') > 0", "user_name"));
    }
}
