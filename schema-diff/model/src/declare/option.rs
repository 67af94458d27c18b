//! What stands between the commas of `index(…)`, `unique(…)` and the like: items of the list, and options.

use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::{Ident, LitStr};

use super::entry::{self, Entry, Value};
use super::mistake::{Mistakes, Spanned};
use crate::constraint::{Deferrable, ReferentialAction};
use crate::name::Identifier;

/// How an option is written. A word counts as an option only in its own form, so that a column may have that name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// `unique`
    Word,
    /// `where = …`
    Equals,
    /// `include(…)`
    List,
    /// `deferrable` or `deferrable = …`
    WordOrEquals,
}

/// The options of one key by name.
pub(crate) type Options = [(&'static str, Form)];

/// A list taken apart.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    /// What isn't an option, in order.
    pub(crate) items: Vec<TokenStream>,
    /// The options, each name once.
    pub(crate) options: Vec<Entry>,
}

/// Takes the contents of a key's parentheses apart.
pub(crate) fn parts(tokens: TokenStream, known: &Options, mistakes: &mut Mistakes) -> Parts {
    let mut parts = Parts::default();
    for part in entry::split_commas(tokens) {
        match classify(part, known, mistakes) {
            Some(Part::Item(item)) => parts.items.push(item),
            Some(Part::Option(option)) if parts.options.iter().any(|earlier| earlier.name() == option.name()) => {
                mistakes.at(&option.key, format_args!("`{}` is given twice", option.name()));
            }
            Some(Part::Option(option)) => parts.options.push(option),
            None => {}
        }
    }
    parts
}

enum Part {
    Item(TokenStream),
    Option(Entry),
}

fn classify(part: TokenStream, known: &Options, mistakes: &mut Mistakes) -> Option<Part> {
    let mut trees = part.clone().into_iter();
    let Some(TokenTree::Ident(word)) = trees.next() else {
        return Some(Part::Item(part));
    };
    let name = word.unraw().to_string();
    let form = known.iter().find(|(option, _)| *option == name).map(|(_, form)| *form);
    let found = match (trees.next(), trees.next()) {
        (None, _) => Some(Form::Word),
        (Some(TokenTree::Punct(punct)), _) if punct.as_char() == '=' && punct.spacing() == Spacing::Alone => {
            Some(Form::Equals)
        }
        (Some(TokenTree::Group(group)), None) if group.delimiter() == Delimiter::Parenthesis => Some(Form::List),
        _ => None,
    };
    match (form, found) {
        (Some(form), Some(found)) if form == found || (form == Form::WordOrEquals && found != Form::List) => {
            entry::entries(part, mistakes).pop().map(Part::Option)
        }
        // No list holds a bare comparison, so this is an option that was misspelt.
        (None, Some(Form::Equals)) => {
            let names: Vec<_> = known.iter().map(|(option, _)| *option).collect();
            mistakes.unknown(&word, "option", &name, &names);
            None
        }
        _ => Some(Part::Item(part)),
    }
}

impl Parts {
    /// The option of that name.
    pub(crate) fn option(&self, name: &str) -> Option<&Entry> {
        self.options.iter().find(|option| option.name() == name)
    }

    /// Whether the option of that name is there.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.option(name).is_some()
    }

    /// The items as column names.
    pub(crate) fn columns(&self, mistakes: &mut Mistakes) -> Vec<Spanned<Identifier>> {
        self.items.iter().filter_map(|item| column(item, mistakes)).collect()
    }

    /// The columns of `include(a, b)`.
    pub(crate) fn include(&self, mistakes: &mut Mistakes) -> Vec<Spanned<Identifier>> {
        let group = self.option("include").and_then(|option| option.list("include(a, b)", mistakes));
        group.map(|group| column_list(group, mistakes)).unwrap_or_default()
    }

    /// `name = …`.
    pub(crate) fn name(&self, mistakes: &mut Mistakes) -> Option<Identifier> {
        Some(self.option("name")?.identifier(mistakes)?.value)
    }

    /// `on_delete = …` or `on_update = …`.
    pub(crate) fn action(&self, key: &str, mistakes: &mut Mistakes) -> ReferentialAction {
        let Some(word) = self.option(key).and_then(|option| option.word(mistakes)) else {
            return ReferentialAction::default();
        };
        let spelt = |action: &ReferentialAction| action.as_sql().to_lowercase().replace(' ', "_");
        let wanted = word.value.trim().to_lowercase().replace(' ', "_");
        ReferentialAction::ALL.into_iter().find(|action| spelt(action) == wanted).unwrap_or_else(|| {
            let names: Vec<_> = ReferentialAction::ALL.iter().map(spelt).collect();
            let names: Vec<_> = names.iter().map(String::as_str).collect();
            mistakes.unknown(&word.at, "action", &word.value, &names);
            ReferentialAction::default()
        })
    }

    /// `deferrable`, `deferrable = initially_immediate` or `deferrable = initially_deferred`.
    pub(crate) fn deferrable(&self, mistakes: &mut Mistakes) -> Deferrable {
        let Some(option) = self.option("deferrable") else {
            return Deferrable::default();
        };
        if matches!(option.value, Value::Nothing) {
            return Deferrable::InitiallyImmediate;
        }
        match option.word(mistakes) {
            Some(word) if word.value == "initially_deferred" => Deferrable::InitiallyDeferred,
            Some(word) if word.value != "initially_immediate" => {
                let known = ["initially_immediate", "initially_deferred"];
                mistakes.unknown(&word.at, "time of checking", &word.value, &known);
                Deferrable::default()
            }
            _ => Deferrable::InitiallyImmediate,
        }
    }
}

/// The column names of `(a, b)`.
pub(crate) fn column_list(group: &Group, mistakes: &mut Mistakes) -> Vec<Spanned<Identifier>> {
    entry::split_commas(group.stream()).iter().filter_map(|item| column(item, mistakes)).collect()
}

/// A column's name, as a word or, where it is no word of Rust, as a string.
pub(crate) fn column(item: &TokenStream, mistakes: &mut Mistakes) -> Option<Spanned<Identifier>> {
    use syn::parse::Parser;
    let text = match Ident::parse_any.parse2(item.clone()) {
        Ok(word) => word.unraw().to_string(),
        Err(_) => match syn::parse2::<LitStr>(item.clone()) {
            Ok(literal) => literal.value(),
            Err(_) => {
                mistakes.at(item, "expected a column's name");
                return None;
            }
        },
    };
    entry::checked(Spanned::new(text, item), mistakes)
}
