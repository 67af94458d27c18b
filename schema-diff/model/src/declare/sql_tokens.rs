//! SQL expressions written as Rust tokens: `where = status = 1 and not deleted`, `index(lower(email))`.
//!
//! A string literal alone is SQL verbatim. Everything else is joined again by rule, since the compiler doesn't show a
//! macro the text between its tokens: one space, but none around `.` and `::`, before `(`, `[` and `,`, nor between the
//! characters of one operator.

use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::{Lit, LitStr};

use super::entry::{Entry, Value};
use super::mistake::Mistakes;
use crate::expression::Expression;

/// The expression of `key = …` or `key(…)`.
pub(crate) fn of_entry(entry: &Entry, mistakes: &mut Mistakes) -> Option<Expression> {
    let tokens = match &entry.value {
        Value::Equals(tokens) => tokens.clone(),
        Value::List(_) => entry.list(&format!("{}(…)", entry.name()), mistakes)?.stream(),
        Value::Nothing => {
            let help = format!("write `{} = \"…\"`", entry.name());
            mistakes.with_help(&entry.key, format_args!("`{}` needs an SQL expression", entry.name()), help);
            return None;
        }
    };
    expression(tokens, mistakes)
}

/// Reads tokens as an expression.
pub(crate) fn expression(tokens: TokenStream, mistakes: &mut Mistakes) -> Option<Expression> {
    let text = match syn::parse2::<LitStr>(tokens.clone()) {
        Ok(literal) => literal.value().trim().to_owned(),
        Err(_) => joined(tokens.clone(), mistakes)?,
    };
    if text.is_empty() {
        mistakes.at(&tokens, "an SQL expression can't be empty");
        return None;
    }
    Some(Expression::declared(text))
}

/// Joins the tokens to SQL.
pub(crate) fn joined(tokens: TokenStream, mistakes: &mut Mistakes) -> Option<String> {
    let mut text = String::new();
    let fine = append(&mut text, tokens, mistakes);
    fine.then_some(text)
}

/// Whether an expression may be written as tokens: read again it is the same text, and nothing else than SQL.
pub fn as_tokens(text: &str) -> bool {
    // A path that ends in a capital is a variant, a comma ends the expression.
    let variant = text.split("::").skip(1).any(|part| part.starts_with(char::is_uppercase));
    let Ok(tokens) = text.parse::<TokenStream>() else { return false };
    let comma = |tree: TokenTree| is_punct(Some(&tree), ',');
    !variant
        && !text.contains('\'')
        && !tokens.clone().into_iter().any(comma)
        && joined(tokens, &mut Mistakes::default()).is_some_and(|joined| joined == text)
}

fn append(text: &mut String, tokens: TokenStream, mistakes: &mut Mistakes) -> bool {
    let mut fine = true;
    let mut glue = true;
    let mut trees = tokens.into_iter().peekable();
    let mut first = true;
    while let Some(tree) = trees.next() {
        if !glue && !binds_left(&tree, trees.peek()) {
            text.push(' ');
        }
        glue = binds_right(&tree, text, first);
        fine &= append_tree(text, &tree, mistakes);
        first = false;
    }
    fine
}

fn append_tree(text: &mut String, tree: &TokenTree, mistakes: &mut Mistakes) -> bool {
    match tree {
        TokenTree::Group(group) => return append_group(text, group, mistakes),
        TokenTree::Ident(word) => text.push_str(&word.unraw().to_string()),
        TokenTree::Punct(punct) => text.push(punct.as_char()),
        TokenTree::Literal(literal) => match Lit::new(literal.clone()) {
            Lit::Str(_) | Lit::ByteStr(_) | Lit::CStr(_) | Lit::Byte(_) => {
                let help =
                    "write the whole expression as one string, with text in single quotes and names in double ones";
                mistakes.with_help(tree, "a string inside an expression could be a text or a name", help);
                return false;
            }
            _ => text.push_str(&literal.to_string()),
        },
    }
    true
}

fn append_group(text: &mut String, group: &Group, mistakes: &mut Mistakes) -> bool {
    let (open, close) = match group.delimiter() {
        Delimiter::Parenthesis => ("(", ")"),
        Delimiter::Bracket => ("[", "]"),
        Delimiter::Brace => ("{", "}"),
        Delimiter::None => ("", ""),
    };
    text.push_str(open);
    let fine = append(text, group.stream(), mistakes);
    text.push_str(close);
    fine
}

/// Whether no space stands before the tree.
fn binds_left(tree: &TokenTree, next: Option<&TokenTree>) -> bool {
    match tree {
        TokenTree::Group(group) => matches!(group.delimiter(), Delimiter::Parenthesis | Delimiter::Bracket),
        TokenTree::Punct(punct) => match punct.as_char() {
            ',' | '.' => true,
            ':' => punct.spacing() == Spacing::Joint && is_punct(next, ':'),
            _ => false,
        },
        TokenTree::Ident(_) | TokenTree::Literal(_) => false,
    }
}

/// Whether no space stands after the tree; `text` is what stands before it.
fn binds_right(tree: &TokenTree, text: &str, first: bool) -> bool {
    match tree {
        TokenTree::Punct(punct) => {
            punct.spacing() == Spacing::Joint
                || punct.as_char() == '.'
                || (punct.as_char() == ':' && text.ends_with(':'))
                || (punct.as_char() == '-' && first)
        }
        _ => false,
    }
}

fn is_punct(tree: Option<&TokenTree>, character: char) -> bool {
    matches!(tree, Some(TokenTree::Punct(punct)) if punct.as_char() == character)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sql(tokens: &str) -> Result<String, String> {
        let mut mistakes = Mistakes::default();
        let tokens = tokens.parse().map_err(|error| format!("{error}"))?;
        expression(tokens, &mut mistakes).map(|found| found.text).ok_or_else(|| {
            mistakes.into_errors().into_iter().map(|error| error.to_string()).collect::<Vec<_>>().join("; ")
        })
    }

    #[test]
    fn tokens_are_joined_by_rule() {
        for (written, text) in [
            ("lower(email)", "lower(email)"),
            ("status = 1 and not deleted", "status = 1 and not deleted"),
            ("x::text", "x::text"),
            ("a || b", "a || b"),
            ("data ->> 1", "data ->> 1"),
            ("x in (1, 2)", "x in(1, 2)"),
            ("tags[1]", "tags[1]"),
            ("-1.5", "-1.5"),
            ("(-1)", "(-1)"),
            ("app.score(t.x) >= 0", "app.score(t.x) >= 0"),
            ("r#type <> 2", "type <> 2"),
            ("coalesce(x, -1)", "coalesce(x, - 1)"),
            ("now()", "now()"),
        ] {
            assert_eq!(sql(written).as_deref(), Ok(text), "{written}");
        }
    }

    #[test]
    fn a_string_alone_is_sql_and_inside_tokens_a_mistake() {
        assert_eq!(sql("\" status = 'draft' \"").as_deref(), Ok("status = 'draft'"));
        assert!(sql("status = \"draft\"").is_err_and(|message| message.contains("could be a text or a name")));
        assert!(sql("\"\"").is_err());
    }
}
