//! `index(…)` and the keys in it: `created_at desc nulls last`, `lower(email) text_pattern_ops`, `(a || b)`.

use proc_macro2::{Delimiter, Ident, Literal, TokenStream, TokenTree};
use syn::Lit;
use syn::ext::IdentExt;

use super::entry::{Entry, Value};
use super::key::Naming;
use super::mistake::{Mistakes, Spanned};
use super::option::{self, Form, Options, Parts};
use super::sql_tokens;
use crate::index::{DeclaredNames, Index, IndexKey, IndexKeyTarget, NullsOrder};
use crate::name::Identifier;

const INDEX: &Options = &[
    ("unique", Form::Word),
    ("using", Form::Equals),
    ("where", Form::Equals),
    ("include", Form::List),
    ("with", Form::List),
    ("nulls_not_distinct", Form::Word),
    ("name", Form::Equals),
];

/// `index(…)`; at a field also `index` alone or with options only, which is about the field's own column.
pub(crate) fn index(
    entry: &Entry,
    own: Option<&Spanned<Identifier>>,
    mistakes: &mut Mistakes,
) -> Option<Naming<Index>> {
    let mut parts = match (&entry.value, own) {
        (Value::Nothing, Some(_)) => Parts::default(),
        _ => option::parts(entry.list("index(a, b)", mistakes)?.stream(), INDEX, mistakes),
    };
    let Naming { noun: keys, mut columns, at } = self::keys(&mut parts, entry, own, mistakes)?;
    let mut index = index_over(keys);
    index.unique = parts.has("unique");
    index.nulls_not_distinct = parts.has("nulls_not_distinct");
    index.name = parts.name(mistakes);
    if let Some(method) = parts.option("using").and_then(|option| option.word(mistakes)) {
        index.method = method.value.to_lowercase();
    }
    index.predicate = parts.option("where").and_then(|option| sql_tokens::of_entry(option, mistakes));
    let included = parts.include(mistakes);
    index.include = super::key::names(&included);
    columns.extend(included);
    index.with = storage_parameters(&parts, mistakes);
    if let Some(option) = parts.option("nulls_not_distinct").filter(|_| !index.unique) {
        mistakes.at(&option.key, "`nulls_not_distinct` needs `unique`");
    }
    Some(Naming { noun: index, columns, at })
}

/// A btree index over some keys.
pub(crate) fn index_over(keys: Vec<IndexKey>) -> Index {
    Index {
        name: None,
        unique: false,
        method: "btree".to_owned(),
        keys,
        include: Vec::new(),
        predicate: None,
        nulls_not_distinct: false,
        with: Vec::new(),
        invalid: false,
    }
}

/// Whether a key is a column and nothing else.
pub(crate) fn is_plain_column(key: &IndexKey) -> bool {
    matches!(&key.target, IndexKeyTarget::Column(name) if *key == IndexKey::column(name.clone()))
}

/// `with(fillfactor = 70)`.
fn storage_parameters(parts: &Parts, mistakes: &mut Mistakes) -> Vec<String> {
    let Some(group) = parts.option("with").and_then(|option| option.list("with(fillfactor = 70)", mistakes)) else {
        return Vec::new();
    };
    super::storage::parameters(group, mistakes)
}

/// The keys among the parts; without any, the field's own column. `None` where a mistake was noted.
pub(crate) fn keys(
    parts: &mut Parts,
    entry: &Entry,
    own: Option<&Spanned<Identifier>>,
    mistakes: &mut Mistakes,
) -> Option<Naming<Vec<IndexKey>>> {
    let items = std::mem::take(&mut parts.items);
    match (items.is_empty(), own) {
        (true, Some(own)) => {
            let noun = vec![IndexKey::column(own.value.clone())];
            return Some(Naming { noun, columns: vec![own.clone()], at: entry.at() });
        }
        (true, None) => {
            mistakes.at(&entry.at(), format_args!("`{}` names no column", entry.name()));
            return None;
        }
        (false, _) => {}
    }
    let count = items.len();
    let mut columns = Vec::new();
    let noun: Vec<_> = items.into_iter().filter_map(|item| key(item, own, &mut columns, mistakes)).collect();
    (noun.len() == count).then_some(Naming { noun, columns, at: entry.at() })
}

/// Reads one key from its end to its start: order of NULLs, direction, operator class, collation, what is indexed.
fn key(
    item: TokenStream,
    own: Option<&Spanned<Identifier>>,
    columns: &mut Vec<Spanned<Identifier>>,
    mistakes: &mut Mistakes,
) -> Option<IndexKey> {
    let mut trees: Vec<TokenTree> = item.into_iter().collect();
    let own = own.filter(|_| trees.iter().all(is_order));
    if let Some(own) = own {
        // `desc nulls last` alone is about the field's own column.
        trees.insert(0, TokenTree::Ident(Ident::new("own", own.at.start())));
    }
    let nulls = nulls_order(&mut trees);
    let descending = match last_word(&trees).as_deref() {
        Some("desc") if trees.len() > 1 => trees.pop().is_some(),
        Some("asc") if trees.len() > 1 => trees.pop().is_none(),
        _ => false,
    };
    // What holds anyway is the same as nothing.
    let of_course = if descending { NullsOrder::First } else { NullsOrder::Last };
    let nulls = nulls.filter(|nulls| *nulls != of_course);
    let collation = collation(&mut trees, mistakes);
    let operand = operand_length(&trees);
    let rest: Vec<TokenTree> = trees.split_off(operand);
    let (operator_class, parameters) = operator_class(&rest, mistakes)?;
    let target = match own {
        Some(own) => {
            columns.push(own.clone());
            IndexKeyTarget::Column(own.value.clone())
        }
        None => target(&trees, columns, mistakes)?,
    };
    let declared = DeclaredNames::default();
    Some(IndexKey { target, descending, nulls, operator_class, parameters, collation, declared })
}

/// Takes `collate de_DE` or `collate "C"` out.
fn collation(trees: &mut Vec<TokenTree>, mistakes: &mut Mistakes) -> Option<String> {
    let at = trees.iter().position(|tree| last_word(std::slice::from_ref(tree)).as_deref() == Some("collate"))?;
    let name = match trees.get(at + 1) {
        Some(TokenTree::Ident(word)) if at > 0 => word.unraw().to_string(),
        Some(TokenTree::Literal(literal)) if at > 0 => match Lit::new(literal.clone()) {
            Lit::Str(text) => text.value(),
            _ => return None,
        },
        _ => return None,
    };
    let taken: Vec<TokenTree> = trees.drain(at..=at + 1).collect();
    super::field::collation(Spanned::new(name, &taken[1]), mistakes)
}

fn is_order(tree: &TokenTree) -> bool {
    let word = last_word(std::slice::from_ref(tree));
    word.is_some_and(|word| ["asc", "desc", "nulls", "first", "last"].contains(&word.as_str()))
}

fn last_word(trees: &[TokenTree]) -> Option<String> {
    match trees.last()? {
        TokenTree::Ident(word) => Some(word.to_string().to_lowercase()),
        _ => None,
    }
}

/// Takes `nulls first` or `nulls last` off the end.
fn nulls_order(trees: &mut Vec<TokenTree>) -> Option<NullsOrder> {
    let order = match last_word(trees)?.as_str() {
        "first" => NullsOrder::First,
        "last" => NullsOrder::Last,
        _ => return None,
    };
    let before = trees.len().checked_sub(1)?;
    if last_word(&trees[..before])? != "nulls" || before < 2 {
        return None;
    }
    trees.truncate(before - 1);
    Some(order)
}

/// How many tokens the indexed operand has: a column, a call, something in parentheses or a string; all tokens where
/// operators follow.
fn operand_length(trees: &[TokenTree]) -> usize {
    let head = match trees {
        [TokenTree::Ident(_), rest @ ..] => 1 + call_tail(rest),
        [TokenTree::Group(_) | TokenTree::Literal(_), ..] => 1,
        _ => return trees.len(),
    };
    let only_class = trees[head..].iter().all(|tree| match tree {
        TokenTree::Ident(_) | TokenTree::Group(_) => true,
        TokenTree::Punct(punct) => punct.as_char() == '.',
        TokenTree::Literal(_) => false,
    });
    if only_class && !matches!(trees.get(head), Some(TokenTree::Group(_) | TokenTree::Punct(_))) {
        head
    } else {
        trees.len()
    }
}

/// The length of `.name.name(…)` after a first name; zero where no call follows.
fn call_tail(rest: &[TokenTree]) -> usize {
    match rest {
        [TokenTree::Group(group), ..] if group.delimiter() == Delimiter::Parenthesis => 1,
        [TokenTree::Punct(dot), TokenTree::Ident(_), rest @ ..] if dot.as_char() == '.' => match call_tail(rest) {
            0 => 0,
            length => 2 + length,
        },
        _ => 0,
    }
}

/// The operator class after the operand: `gin_trgm_ops`, `app.my_ops`, `gist_trgm_ops(siglen = 32)`.
fn operator_class(rest: &[TokenTree], mistakes: &mut Mistakes) -> Option<(Option<String>, Vec<String>)> {
    let (rest, parameters) = match rest {
        [name @ .., TokenTree::Group(group)] if group.delimiter() == Delimiter::Parenthesis => {
            (name, super::storage::parameters(group, mistakes))
        }
        _ => (rest, Vec::new()),
    };
    let tokens: TokenStream = rest.iter().cloned().collect();
    if tokens.is_empty() {
        return Some((None, parameters));
    }
    if rest.windows(2).any(|pair| matches!(pair, [TokenTree::Ident(_), TokenTree::Ident(_)])) {
        let help =
            "a key is a column, a call or an expression in parentheses, then an operator class, `desc`, `nulls last`";
        mistakes.with_help(&tokens, "can't read this part of the index key", help);
        return None;
    }
    sql_tokens::joined(tokens, mistakes).map(|class| (Some(class), parameters))
}

fn target(
    trees: &[TokenTree],
    columns: &mut Vec<Spanned<Identifier>>,
    mistakes: &mut Mistakes,
) -> Option<IndexKeyTarget> {
    match trees {
        [TokenTree::Ident(word)] => {
            let name = Spanned::new(word.unraw().to_string(), word);
            let column = super::entry::checked(name, mistakes)?;
            columns.push(column.clone());
            Some(IndexKeyTarget::Column(column.value))
        }
        // A name that is no word of Rust, in SQL's own quotes.
        [TokenTree::Literal(literal)] if let Some(name) = quoted_name(literal) => {
            let column = super::entry::checked(Spanned::new(name, literal), mistakes)?;
            columns.push(column.clone());
            Some(IndexKeyTarget::Column(column.value))
        }
        // The parentheses belong to the syntax of CREATE INDEX, not to the expression.
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::Parenthesis => {
            sql_tokens::expression(group.stream(), mistakes).map(IndexKeyTarget::Expression)
        }
        other => sql_tokens::expression(other.iter().cloned().collect(), mistakes).map(IndexKeyTarget::Expression),
    }
}

/// The name in a string that holds nothing but a name in double quotes, as `"\"first name\""`.
fn quoted_name(literal: &Literal) -> Option<String> {
    let Lit::Str(text) = Lit::new(literal.clone()) else { return None };
    let text = text.value();
    let inner = text.trim().strip_prefix('"')?.strip_suffix('"')?;
    let name = inner.replace("\"\"", "\u{0}");
    (!name.contains('"')).then(|| name.replace('\u{0}', "\""))
}
