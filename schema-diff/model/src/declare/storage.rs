//! How rows and values are kept: `with(fillfactor = 70)`, `storage = external`, `sequence(start = 100)`.

use proc_macro2::{Group, TokenStream, TokenTree};
use syn::{LitInt, LitStr};

use super::entry::{self, Entry, Value};
use super::mistake::{Mistakes, Spanned};
use super::option::{self, Form, Options};
use super::{rust_type, sql_tokens};
use crate::column::SequenceOptions;
use crate::name::QualifiedName;

/// The parameters of `with(fillfactor = 70, toast.autovacuum_enabled = false)`, sorted, as the server keeps them.
pub(crate) fn parameters(group: &Group, mistakes: &mut Mistakes) -> Vec<String> {
    let parts = entry::split_commas(group.stream());
    let mut parameters: Vec<String> = parts.into_iter().filter_map(|part| parameter(part, mistakes)).collect();
    parameters.sort();
    parameters
}

fn parameter(part: TokenStream, mistakes: &mut Mistakes) -> Option<String> {
    let trees: Vec<TokenTree> = part.clone().into_iter().collect();
    let equals = |tree: &TokenTree| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == '=');
    let at = trees.iter().position(equals).filter(|at| *at > 0 && at + 1 < trees.len());
    let Some(at) = at else {
        mistakes.with_help(&part, "a storage parameter needs a value", "write `with(fillfactor = 70)`");
        return None;
    };
    let name = sql_tokens::joined(trees[..at].iter().cloned().collect(), mistakes)?.to_lowercase();
    let value: TokenStream = trees[at + 1..].iter().cloned().collect();
    let value = match syn::parse2::<LitStr>(value.clone()) {
        Ok(literal) => literal.value(),
        Err(_) => sql_tokens::joined(value, mistakes)?,
    };
    Some(format!("{name}={value}"))
}

/// `storage = external`.
pub(crate) fn mode(entry: &Entry, mistakes: &mut Mistakes) -> Option<String> {
    one_of(entry, "storage mode", &["plain", "external", "extended", "main"], mistakes).map(|mode| mode.to_uppercase())
}

/// `compression = lz4`.
pub(crate) fn compression(entry: &Entry, mistakes: &mut Mistakes) -> Option<String> {
    one_of(entry, "compression method", &["pglz", "lz4"], mistakes)
}

fn one_of(entry: &Entry, what: &str, known: &[&str], mistakes: &mut Mistakes) -> Option<String> {
    let word = entry.word(mistakes)?;
    let found = known.iter().find(|each| each.eq_ignore_ascii_case(&word.value));
    if found.is_none() {
        mistakes.unknown(&word.at, what, &word.value, known);
    }
    found.map(|found| (*found).to_owned())
}

/// The number of `key = 5` or `key = -5`.
pub(crate) fn number(entry: &Entry, mistakes: &mut Mistakes) -> Option<i64> {
    let help = format!("write `{} = 100`", entry.name());
    let Value::Equals(tokens) = &entry.value else {
        mistakes.with_help(&entry.key, format_args!("`{}` needs a number", entry.name()), help);
        return None;
    };
    let mut trees = tokens.clone().into_iter().peekable();
    let minus = matches!(trees.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == '-');
    let digits = trees.skip(usize::from(minus)).collect();
    let number = syn::parse2::<LitInt>(digits).ok().and_then(|literal| {
        let sign = if minus { "-" } else { "" };
        format!("{sign}{}", literal.base10_digits()).parse().ok()
    });
    if number.is_none() {
        mistakes.with_help(tokens, "expected a whole number", help);
    }
    number
}

const SEQUENCE: &Options = &[
    ("name", Form::Equals),
    ("type", Form::Equals),
    ("start", Form::Equals),
    ("increment", Form::Equals),
    ("min", Form::Equals),
    ("max", Form::Equals),
    ("cache", Form::Equals),
    ("cycle", Form::Word),
];

/// What `sequence(…)` says about the sequence behind a numbered column.
#[derive(Clone, Debug, Default)]
pub struct Sequence {
    /// Its name.
    pub name: Option<Spanned<String>>,
    /// How it counts.
    pub options: SequenceOptions,
}

impl Sequence {
    /// Its name, in the namespace of the table where it has none of its own.
    pub fn qualified_name(&self, table: &QualifiedName) -> Option<QualifiedName> {
        let name = self.name.as_ref()?;
        let parsed: QualifiedName = name.value.parse().ok()?;
        let own = crate::name::split_dotted(&name.value).len() > 1;
        Some(if own { parsed } else { table.sibling(parsed.name) })
    }
}

/// `sequence(start = 100, increment = 5)`.
pub(crate) fn sequence(entry: &Entry, mistakes: &mut Mistakes) -> Option<Sequence> {
    let group = entry.list("sequence(start = 100)", mistakes)?;
    let parts = option::parts(group.stream(), SEQUENCE, mistakes);
    for item in &parts.items {
        mistakes.with_help(item, "a sequence has options only", "for example `sequence(start = 100, increment = 5)`");
    }
    let mut found = Sequence::default();
    for option in &parts.options {
        let options = &mut found.options;
        match option.name().as_str() {
            "name" => found.name = option.text(mistakes).filter(|text| is_name(text, mistakes)),
            "type" => options.data_type = option.text(mistakes).map(|text| rust_type::written(&text.value)),
            "start" => options.start = number(option, mistakes),
            "increment" => options.increment = number(option, mistakes),
            "min" => options.min = number(option, mistakes),
            "max" => options.max = number(option, mistakes),
            "cache" => options.cache = number(option, mistakes),
            _ => options.cycle = option.flag(mistakes),
        }
    }
    found.options = without_defaults(found.options);
    Some(found)
}

/// Without what holds anyway, whatever the type.
fn without_defaults(mut options: SequenceOptions) -> SequenceOptions {
    options.increment = options.increment.filter(|increment| *increment != 1);
    options.cache = options.cache.filter(|cache| *cache != 1);
    let counts_up = options.increment.is_none_or(|increment| increment > 0);
    if counts_up {
        options.min = options.min.filter(|min| *min != 1);
    } else {
        options.max = options.max.filter(|max| *max != -1);
    }
    let first = if counts_up { options.min.unwrap_or(1) } else { options.max.unwrap_or(-1) };
    options.start = options.start.filter(|start| *start != first);
    options
}

fn is_name(text: &Spanned<String>, mistakes: &mut Mistakes) -> bool {
    let parsed = text.value.parse::<QualifiedName>();
    if let Err(error) = &parsed {
        mistakes.with_help(&text.at, error, "a name is written `name` or `namespace.name`");
    }
    parsed.is_ok()
}
