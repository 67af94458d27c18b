//! Names in a text: where they stand, and others in their place.

use std::ops::Range;

use super::{Token, TokenKind, tokens, unquoted};
use crate::name::QualifiedName;

/// Whether an expression uses a column of that name, qualified or not.
pub fn mentions(text: &str, column: &str) -> bool {
    let mut found = false;
    visit_columns(text, |name, _| {
        found |= name == column;
        None
    });
    found
}

/// Puts other texts in the place of a table's column names; `replacement` is asked with each name, without its quotes.
///
/// A name counts as a column unless it is a type after `::`, a function before `(`, a keyword, the name of an argument,
/// or qualified by anything but the table. Where a column is qualified by the table, the qualification goes too. It
/// can't tell the columns of a subquery apart: see [`super::has_subquery`].
pub fn replace_columns(text: &str, table: &str, mut replacement: impl FnMut(&str) -> Option<String>) -> String {
    visit_columns(
        text,
        |name, qualifier| {
            if qualifier.is_none_or(|qualifier| qualifier == table) { replacement(name) } else { None }
        },
    )
}

/// Visits each name that may be a column, with what qualifies it, and puts the answer in its place.
fn visit_columns(text: &str, mut visit: impl FnMut(&str, Option<&str>) -> Option<String>) -> String {
    let tokens: Vec<Token> =
        tokens(text).into_iter().filter(|t| !matches!(t.kind, TokenKind::Space | TokenKind::Comment)).collect();
    let pieces: Vec<&str> = tokens.iter().map(|token| &text[token.range.clone()]).collect();
    let edit = |(at, token): (usize, &Token)| {
        let mut first = at;
        while first >= 2 && pieces[first - 1] == "." {
            first -= 2;
        }
        if !is_name(token.kind) || !may_be_column(&pieces, token.kind, first, at) {
            return None;
        }
        let qualifier = (first < at).then(|| unquoted(pieces[at - 2]));
        let new = visit(&unquoted(pieces[at]), qualifier.as_deref())?;
        Some((tokens[first].range.start..token.range.end, new))
    };
    edited(text, tokens.iter().enumerate().filter_map(edit))
}

/// Puts another type in the place of one, wherever the server writes a cast to it: `'a'::public.status`.
pub fn replace_type(text: &str, from: &QualifiedName, to: &QualifiedName) -> String {
    let tokens = tokens(text);
    let is_colon = |at: Option<usize>| at.is_some_and(|at| piece(text, &tokens, at) == ":");
    let is_cast = |at: &usize| is_colon(at.checked_sub(1)) && is_colon(at.checked_sub(2));
    let casts = (0..tokens.len()).filter(is_cast).filter(|at| is_named(text, &tokens, *at, from));
    edited(text, casts.map(|at| (tokens[at].range.start..tokens[at + 2].range.end, to.to_string())))
}

/// Puts another table's name in the place of one, wherever the server writes it with its namespace, and other names in
/// the place of words that are names of its columns. It can't tell these from other words of the same text, so what comes
/// out counts only where it is compared with what is declared.
pub fn rename_table(text: &str, from: &QualifiedName, to: &QualifiedName, columns: &[(&str, String)]) -> String {
    let tokens = tokens(text);
    let edit = |at: usize| {
        if is_named(text, &tokens, at, from) {
            return Some((tokens[at].range.start..tokens[at + 2].range.end, to.to_string()));
        }
        let name = Some(unquoted(piece(text, &tokens, at))).filter(|_| is_name(tokens[at].kind))?;
        let (_, new) = columns.iter().find(|(old, _)| *old == name)?;
        Some((tokens[at].range.clone(), new.clone()))
    };
    edited(text, (0..tokens.len()).filter_map(edit))
}

/// The text with others in the place of some pieces. A piece that begins inside of another one stays as it is.
fn edited(text: &str, edits: impl Iterator<Item = (Range<usize>, String)>) -> String {
    let (mut out, mut copied) = (String::new(), 0);
    for (range, new) in edits {
        if range.start < copied {
            continue;
        }
        out.push_str(&text[copied..range.start]);
        out.push_str(&new);
        copied = range.end;
    }
    out.push_str(&text[copied..]);
    out
}

fn piece<'a>(text: &'a str, tokens: &[Token], at: usize) -> &'a str {
    tokens.get(at).map_or("", |token| &text[token.range.clone()])
}

/// Whether the name with its namespace begins at a token.
fn is_named(text: &str, tokens: &[Token], at: usize, name: &QualifiedName) -> bool {
    piece(text, tokens, at + 1) == "."
        && unquoted(piece(text, tokens, at)) == name.namespace.as_str()
        && unquoted(piece(text, tokens, at + 2)) == name.name.as_str()
}

fn is_name(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Word | TokenKind::QuotedName)
}

/// Whether the name at `at`, whose qualification begins at `first`, stands where a column may stand.
fn may_be_column(pieces: &[&str], kind: TokenKind, first: usize, at: usize) -> bool {
    let piece = |at: Option<usize>| at.and_then(|at| pieces.get(at)).copied().unwrap_or("");
    let before = |steps: usize| piece(first.checked_sub(steps));
    let word = |text: &str, wanted: &str| text.eq_ignore_ascii_case(wanted);
    let after = (piece(Some(at + 1)), piece(Some(at + 2)));
    let is_type = before(1) == ":" && before(2) == ":";
    let is_function_or_qualifier = matches!(after.0, "(" | ".");
    let is_argument = after == ("=", ">") || after == (":", "=");
    let is_field = before(1) == "(" && word(before(2), "extract");
    let is_zone = (word(pieces[at], "time") && word(before(1), "at"))
        || (word(pieces[at], "zone") && word(before(1), "time"))
        || (word(pieces[at], "at") && word(after.0, "time"));
    let is_keyword = kind == TokenKind::Word && KEYWORDS.iter().any(|keyword| word(pieces[at], keyword));
    !(is_type || is_function_or_qualifier || is_argument || is_field || is_zone || is_keyword)
}

/// Reserved words that occur in expressions: as a column they would need quotes.
const KEYWORDS: &[&str] = &[
    "all",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "both",
    "case",
    "cast",
    "collate",
    "current_date",
    "current_timestamp",
    "current_user",
    "default",
    "desc",
    "distinct",
    "else",
    "end",
    "false",
    "for",
    "from",
    "ilike",
    "in",
    "is",
    "isnull",
    "leading",
    "like",
    "localtime",
    "localtimestamp",
    "not",
    "notnull",
    "null",
    "or",
    "order",
    "overlaps",
    "select",
    "session_user",
    "similar",
    "some",
    "symmetric",
    "then",
    "to",
    "trailing",
    "true",
    "user",
    "using",
    "when",
    "where",
];
