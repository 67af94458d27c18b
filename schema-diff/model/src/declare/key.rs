//! The keys that make constraints: `primary_key(…)`, `unique(…)`, `check(…)`, `foreign_key(…)`, `references(…)`.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::ToTokens;
use syn::Path;
use syn::parse::Parser;

use super::entry::{Entry, Value};
use super::index_key;
use super::mistake::{At, Mistakes, Spanned};
use super::option::{self, Form, Options, Parts};
use super::sql_tokens;
use crate::constraint::{Check, Deferrable, PrimaryKey, ReferentialAction, Unique};
use crate::index::Index;
use crate::name::Identifier;

/// A noun together with the columns that it names, so that these can be checked later.
#[derive(Clone, Debug)]
pub struct Naming<T> {
    /// The noun.
    pub noun: T,
    /// The columns, where they are named.
    pub columns: Vec<Spanned<Identifier>>,
    /// The whole key's place.
    pub at: At,
}

/// A foreign key whose target is still a Rust path.
#[derive(Clone, Debug)]
pub struct Reference {
    /// The constraint's name, where it was given.
    pub name: Option<Identifier>,
    /// The referencing columns.
    pub columns: Vec<Spanned<Identifier>>,
    /// The struct of the referenced table.
    pub target: Path,
    /// The referenced columns.
    pub referenced: Vec<Spanned<Identifier>>,
    /// `MATCH FULL`.
    pub match_full: bool,
    /// `ON DELETE`.
    pub on_delete: ReferentialAction,
    /// `ON UPDATE`.
    pub on_update: ReferentialAction,
    /// When it is checked.
    pub deferrable: Deferrable,
    /// Whether rows that exist already are left unchecked.
    pub not_valid: bool,
    /// The whole key's place.
    pub at: At,
}

/// What `unique` makes: a constraint, or an index where it has a predicate or an expression.
#[derive(Clone, Debug)]
pub enum UniqueKey {
    /// A constraint.
    Constraint(Naming<Unique>),
    /// A unique index.
    Index(Naming<Index>),
}

impl UniqueKey {
    /// The columns that it names.
    pub fn columns(&self) -> &[Spanned<Identifier>] {
        match self {
            Self::Constraint(unique) => &unique.columns,
            Self::Index(index) => &index.columns,
        }
    }

    /// The name that it is given.
    pub fn name(&self) -> Option<&Identifier> {
        match self {
            Self::Constraint(unique) => unique.noun.name.as_ref(),
            Self::Index(index) => index.noun.name.as_ref(),
        }
    }

    /// Its place.
    pub fn at(&self) -> At {
        match self {
            Self::Constraint(unique) => unique.at,
            Self::Index(index) => index.at,
        }
    }
}

const PRIMARY_KEY: &Options = &[("include", Form::List), ("deferrable", Form::WordOrEquals), ("name", Form::Equals)];
const UNIQUE: &Options = &[
    ("where", Form::Equals),
    ("include", Form::List),
    ("nulls_not_distinct", Form::Word),
    ("deferrable", Form::WordOrEquals),
    ("name", Form::Equals),
];
const CHECK: &Options = &[("no_inherit", Form::Word), ("not_valid", Form::Word), ("name", Form::Equals)];
const FOREIGN_KEY: &Options = &[
    ("on_delete", Form::Equals),
    ("on_update", Form::Equals),
    ("match_full", Form::Word),
    ("deferrable", Form::WordOrEquals),
    ("not_valid", Form::Word),
    ("name", Form::Equals),
];

/// `primary_key(a, b)`.
pub(crate) fn primary_key(entry: &Entry, mistakes: &mut Mistakes) -> Option<Naming<PrimaryKey>> {
    let group = entry.list("primary_key(a, b)", mistakes)?;
    let parts = option::parts(group.stream(), PRIMARY_KEY, mistakes);
    let mut columns = parts.columns(mistakes);
    let included = parts.include(mistakes);
    let noun = PrimaryKey {
        name: parts.name(mistakes),
        columns: names(&columns),
        include: names(&included),
        deferrable: parts.deferrable(mistakes),
    };
    columns.extend(included);
    Some(Naming { noun, columns, at: entry.at() })
}

/// `unique(a, b)`; at a field also `unique` alone, which is about the field's own column.
pub(crate) fn unique(entry: &Entry, own: Option<&Spanned<Identifier>>, mistakes: &mut Mistakes) -> Option<UniqueKey> {
    let mut parts = match (&entry.value, own) {
        (Value::Nothing, Some(_)) => Parts::default(),
        _ => option::parts(entry.list("unique(a, b)", mistakes)?.stream(), UNIQUE, mistakes),
    };
    let mut parsed = index_key::keys(&mut parts, entry, own, mistakes)?;
    let included = parts.include(mistakes);
    let plain = parsed.noun.iter().all(index_key::is_plain_column);
    let predicate = parts.option("where").and_then(|option| sql_tokens::of_entry(option, mistakes));
    if plain && predicate.is_none() {
        let noun = Unique {
            name: parts.name(mistakes),
            columns: names(&parsed.columns),
            include: names(&included),
            nulls_not_distinct: parts.has("nulls_not_distinct"),
            deferrable: parts.deferrable(mistakes),
        };
        parsed.columns.extend(included);
        return Some(UniqueKey::Constraint(Naming { noun, columns: parsed.columns, at: entry.at() }));
    }
    if let Some(option) = parts.option("deferrable") {
        mistakes.at(&option.key, "a unique index over a part or an expression can't be deferrable");
    }
    let mut index = index_key::index_over(parsed.noun);
    index.unique = true;
    index.include = names(&included);
    parsed.columns.extend(included);
    index.name = parts.name(mistakes);
    index.predicate = predicate;
    index.nulls_not_distinct = parts.has("nulls_not_distinct");
    Some(UniqueKey::Index(Naming { noun: index, columns: parsed.columns, at: entry.at() }))
}

/// `check("…")`, `check(name = n, "…")` or `check = "…"`.
pub(crate) fn check(entry: &Entry, own: Option<&Identifier>, mistakes: &mut Mistakes) -> Option<Naming<Check>> {
    let make = |expression, parts: &Parts, name| {
        let (no_inherit, not_valid) = (parts.has("no_inherit"), parts.has("not_valid"));
        let noun = Check { name, expression, column: own.cloned(), no_inherit, not_valid };
        Naming { noun, columns: Vec::new(), at: entry.at() }
    };
    if !matches!(entry.value, Value::List(_)) {
        return sql_tokens::of_entry(entry, mistakes).map(|expression| make(expression, &Parts::default(), None));
    }
    let group = entry.list("check(\"…\")", mistakes)?;
    let parts = option::parts(group.stream(), CHECK, mistakes);
    let name = parts.name(mistakes);
    match parts.items.as_slice() {
        [condition] => {
            sql_tokens::expression(condition.clone(), mistakes).map(|expression| make(expression, &parts, name))
        }
        [] => {
            mistakes.with_help(&entry.at(), "`check` has no condition", "write `check(\"…\")`");
            None
        }
        [_, second, ..] => {
            mistakes.with_help(second, "a check has one condition", "join them with `and`, or write a second `check`");
            None
        }
    }
}

/// `foreign_key((a, b) -> Table(x, y), …)`.
pub(crate) fn foreign_key(entry: &Entry, mistakes: &mut Mistakes) -> Option<Reference> {
    const EXAMPLE: &str = "foreign_key((a, b) -> Table(x, y))";
    let group = entry.list(EXAMPLE, mistakes)?;
    let parts = option::parts(group.stream(), FOREIGN_KEY, mistakes);
    let [item] = parts.items.as_slice() else {
        mistakes.with_help(&entry.at(), "a foreign key has one target", format_args!("write `{EXAMPLE}`"));
        return None;
    };
    let Some((columns, target, referenced)) = arrow(item, mistakes) else {
        mistakes.with_help(item, "expected columns, `->` and a table", format_args!("write `{EXAMPLE}`"));
        return None;
    };
    if columns.len() != referenced.len() {
        let message = format!("{} columns can't reference {}", columns.len(), referenced.len());
        mistakes.at(item, message);
        return None;
    }
    Some(reference(columns, target, referenced, &parts, entry.at(), mistakes))
}

type Arrow = (Vec<Spanned<Identifier>>, Path, Vec<Spanned<Identifier>>);

/// Reads `(a, b) -> Table(x, y)`.
fn arrow(item: &TokenStream, mistakes: &mut Mistakes) -> Option<Arrow> {
    let mut trees: Vec<TokenTree> = item.clone().into_iter().collect();
    let TokenTree::Group(referenced) = trees.pop()? else { return None };
    let at = trees.iter().position(|tree| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == '-'))?;
    if !matches!(trees.get(at + 1)?, TokenTree::Punct(punct) if punct.as_char() == '>') {
        return None;
    }
    let target = Path::parse_mod_style.parse2(trees[at + 2..].iter().cloned().collect()).ok()?;
    let columns = match &trees[..at] {
        [TokenTree::Group(columns)] if columns.delimiter() == Delimiter::Parenthesis => column_group(columns, mistakes),
        single => vec![option::column(&single.iter().cloned().collect(), mistakes)?],
    };
    Some((columns, target, column_group(&referenced, mistakes)))
}

fn column_group(group: &Group, mistakes: &mut Mistakes) -> Vec<Spanned<Identifier>> {
    option::column_list(group, mistakes)
}

/// `references(Table::column, …)` at a field.
pub(crate) fn references(entry: &Entry, own: &Spanned<Identifier>, mistakes: &mut Mistakes) -> Option<Reference> {
    const EXAMPLE: &str = "references(Table::column)";
    let group = entry.list(EXAMPLE, mistakes)?;
    let parts = option::parts(group.stream(), FOREIGN_KEY, mistakes);
    let [item] = parts.items.as_slice() else {
        mistakes.with_help(&entry.at(), "a reference has one target", format_args!("write `{EXAMPLE}`"));
        return None;
    };
    let path = Path::parse_mod_style.parse2(item.clone()).ok().filter(|path| path.segments.len() > 1);
    let Some(mut target) = path else {
        mistakes.with_help(item, "expected a table's struct and a column", format_args!("write `{EXAMPLE}`"));
        return None;
    };
    let column = target.segments.pop()?.into_value();
    // What is left ends in `::`, which no path may.
    target.segments.pop_punct();
    let column = option::column(&column.into_token_stream(), mistakes)?;
    Some(reference(vec![own.clone()], target, vec![column], &parts, entry.at(), mistakes))
}

fn reference(
    columns: Vec<Spanned<Identifier>>,
    target: Path,
    referenced: Vec<Spanned<Identifier>>,
    parts: &Parts,
    at: At,
    mistakes: &mut Mistakes,
) -> Reference {
    Reference {
        name: parts.name(mistakes),
        columns,
        target,
        referenced,
        match_full: parts.has("match_full"),
        on_delete: parts.action("on_delete", mistakes),
        on_update: parts.action("on_update", mistakes),
        deferrable: parts.deferrable(mistakes),
        not_valid: parts.has("not_valid"),
        at,
    }
}

/// The names without their places.
pub(crate) fn names(columns: &[Spanned<Identifier>]) -> Vec<Identifier> {
    columns.iter().map(|column| column.value.clone()).collect()
}
