//! `#[cfg(…)]` and `#[cfg_attr(…)]` without a compiler.

use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Attribute, Data, DeriveInput, Field, Fields, Meta, Token};

use crate::declare::mistake::Mistakes;

/// Whether something is compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// It is.
    On,
    /// It is not, and that is no loss: `cfg(test)`, `not(feature = "…")` with that feature on.
    Off,
    /// It is not, because this feature isn't on.
    Feature(String),
    /// That depends on the target or on flags which the source doesn't know.
    Unknown(String),
}

impl State {
    /// Both conditions together.
    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Off, _) | (_, Self::Off) => Self::Off,
            (unknown @ Self::Unknown(_), _) | (_, unknown @ Self::Unknown(_)) => unknown,
            (feature @ Self::Feature(_), _) | (_, feature @ Self::Feature(_)) => feature,
            (Self::On, Self::On) => Self::On,
        }
    }

    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::On, _) | (_, Self::On) => Self::On,
            (unknown @ Self::Unknown(_), _) | (_, unknown @ Self::Unknown(_)) => unknown,
            (feature @ Self::Feature(_), _) | (_, feature @ Self::Feature(_)) => feature,
            (Self::Off, Self::Off) => Self::Off,
        }
    }

    fn not(self) -> Self {
        match self {
            Self::On => Self::Off,
            Self::Off | Self::Feature(_) => Self::On,
            unknown @ Self::Unknown(_) => unknown,
        }
    }

    /// Why a declaration here can't be read, as message and help; `None` where it can, or where it isn't compiled.
    pub(crate) fn objection(&self) -> Option<(String, String)> {
        match self {
            Self::On | Self::Off => None,
            Self::Feature(name) => Some((
                format!("this is declared only with the feature `{name}`, which isn't on"),
                "turn the feature on for this package, or take the condition away".to_owned(),
            )),
            Self::Unknown(condition) => Some((
                format!("whether this is compiled can't be told from the source: `{condition}`"),
                "declare tables and column types without this condition, or ask the compiler: `--compiled`".to_owned(),
            )),
        }
    }
}

/// Evaluates conditions with some features on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Conditions<'a> {
    /// The features that are on.
    pub(crate) features: &'a [String],
}

impl Conditions<'_> {
    /// Whether what has these attributes is compiled.
    pub(crate) fn of(self, attributes: &[Attribute]) -> State {
        let cfg = attributes.iter().filter(|attribute| attribute.path().is_ident("cfg"));
        cfg.filter_map(|attribute| attribute.parse_args::<Meta>().ok())
            .map(|meta| self.evaluate(&meta))
            .fold(State::On, State::and)
    }

    fn evaluate(self, meta: &Meta) -> State {
        let text = || quote::ToTokens::to_token_stream(meta).to_string();
        match meta {
            Meta::Path(path) if path.is_ident("test") => State::Off,
            Meta::Path(path) if path.is_ident("true") => State::On,
            Meta::Path(path) if path.is_ident("false") => State::Off,
            Meta::NameValue(pair) if pair.path.is_ident("feature") => match string(&pair.value) {
                Some(name) if self.features.contains(&name) => State::On,
                Some(name) => State::Feature(name),
                None => State::Unknown(text()),
            },
            Meta::List(list) => {
                let Ok(inner) = Punctuated::<Meta, Token![,]>::parse_terminated.parse2(list.tokens.clone()) else {
                    return State::Unknown(text());
                };
                let mut states = inner.iter().map(|meta| self.evaluate(meta));
                if list.path.is_ident("all") {
                    states.fold(State::On, State::and)
                } else if list.path.is_ident("any") {
                    states.fold(State::Off, State::or)
                } else if list.path.is_ident("not") {
                    states.next().unwrap_or(State::On).not()
                } else {
                    State::Unknown(text())
                }
            }
            _ => State::Unknown(text()),
        }
    }

    /// The attributes with each `cfg_attr` replaced by what it stands for, and under which condition that holds.
    pub(crate) fn expand(self, attributes: &[Attribute]) -> Vec<(Attribute, State)> {
        let mut expanded = Vec::new();
        for attribute in attributes {
            if attribute.path().is_ident("cfg_attr") {
                expanded.extend(self.expand_one(attribute));
            } else {
                expanded.push((attribute.clone(), State::On));
            }
        }
        expanded
    }

    fn expand_one(self, attribute: &Attribute) -> Vec<(Attribute, State)> {
        let Meta::List(list) = &attribute.meta else { return Vec::new() };
        let Ok(metas) = Punctuated::<Meta, Token![,]>::parse_terminated.parse2(list.tokens.clone()) else {
            return Vec::new();
        };
        let mut metas = metas.into_iter();
        let Some(condition) = metas.next() else { return Vec::new() };
        let state = self.evaluate(&condition);
        let attributes: Vec<_> = metas.map(|meta| Attribute { meta, ..attribute.clone() }).collect();
        let inner = self.expand(&attributes).into_iter();
        inner.map(|(attribute, inner)| (attribute, state.clone().and(inner))).collect()
    }

    /// Makes a declaration what the compiler would hand to the derive: fields that aren't compiled are gone, and
    /// `cfg_attr` is resolved. What can't be decided and matters is a mistake.
    pub(crate) fn apply(self, input: &mut DeriveInput, mistakes: &mut Mistakes) {
        self.apply_attributes(&mut input.attrs, mistakes);
        match &mut input.data {
            Data::Struct(data) => self.apply_fields(&mut data.fields, mistakes),
            Data::Enum(data) => {
                let variants = std::mem::take(&mut data.variants);
                data.variants = (variants.into_iter())
                    .filter(|variant| self.keeps(&variant.attrs, &variant.ident, mistakes))
                    .collect();
                for variant in &mut data.variants {
                    self.apply_attributes(&mut variant.attrs, mistakes);
                }
            }
            Data::Union(_) => {}
        }
    }

    fn apply_fields(self, fields: &mut Fields, mistakes: &mut Mistakes) {
        let list = match fields {
            Fields::Named(named) => &mut named.named,
            Fields::Unnamed(unnamed) => &mut unnamed.unnamed,
            Fields::Unit => return,
        };
        let kept: Punctuated<Field, Token![,]> =
            std::mem::take(list).into_iter().filter(|field| self.keeps(&field.attrs, field, mistakes)).collect();
        *list = kept;
        for field in list {
            self.apply_attributes(&mut field.attrs, mistakes);
        }
    }

    fn keeps(self, attributes: &[Attribute], at: &impl quote::ToTokens, mistakes: &mut Mistakes) -> bool {
        let state = self.of(attributes);
        if let Some((message, help)) = state.objection() {
            mistakes.with_help(at, message, help);
        }
        state == State::On
    }

    fn apply_attributes(self, attributes: &mut Vec<Attribute>, mistakes: &mut Mistakes) {
        let mut applied = Vec::new();
        for (attribute, state) in self.expand(attributes) {
            match state.objection() {
                Some((message, help)) if ["db", "sqlx"].iter().any(|ours| attribute.path().is_ident(ours)) => {
                    mistakes.with_help(&attribute.meta, message, help);
                }
                _ if state == State::On => applied.push(attribute),
                _ => {}
            }
        }
        *attributes = applied;
    }
}

/// The text of a string literal.
pub(crate) fn string(expression: &syn::Expr) -> Option<String> {
    match expression {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
        syn::Expr::Group(group) => string(&group.expr),
        _ => None,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn state(condition: &str) -> State {
        let features = ["full".to_owned()];
        let meta: Meta = syn::parse_str(condition).unwrap();
        Conditions { features: &features }.evaluate(&meta)
    }

    #[test]
    fn conditions_are_decided_or_named() {
        assert_eq!(state("test"), State::Off);
        assert_eq!(state("feature = \"full\""), State::On);
        assert_eq!(state("not(test)"), State::On);
        assert_eq!(state("feature = \"x\""), State::Feature("x".to_owned()));
        assert_eq!(state("not(feature = \"x\")"), State::On);
        assert_eq!(state("not(feature = \"full\")"), State::Off);
        assert_eq!(state("all(test, unix)"), State::Off);
        assert_eq!(state("any(feature = \"full\", unix)"), State::On);
        assert_eq!(state("all(feature = \"full\", unix)"), State::Unknown("unix".to_owned()));
    }
}
