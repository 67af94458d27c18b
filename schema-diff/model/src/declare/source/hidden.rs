//! Declarations where the source alone doesn't tell what they are: in macros and in function bodies.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, Item, Macro};

use super::condition::{Conditions, State};
use super::names;
use crate::declare::mistake::HELP;

/// Every `#[derive(Schema)]` in the bodies and macros of an item.
pub(crate) fn declarations(item: &Item, conditions: Conditions<'_>) -> Vec<syn::Error> {
    let mut search = Search { conditions, errors: Vec::new() };
    if !is_test(names::attributes(item)) {
        search.visit_item(item);
    }
    search.errors
}

struct Search<'a> {
    conditions: Conditions<'a>,
    errors: Vec<syn::Error>,
}

impl<'ast> Visit<'ast> for Search<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        let attributes = names::attributes(item);
        if self.conditions.of(attributes) == State::Off || is_test(attributes) {
            return;
        }
        if let Some((path, _)) = names::derives(attributes, self.conditions).first() {
            let message = "a struct inside a function can't be read";
            let help = "move the declaration out to a module";
            self.errors.push(syn::Error::new(path.span(), format_args!("{message}{HELP}{help}")));
        }
        visit::visit_item(self, item);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        if self.conditions.of(&function.attrs) != State::Off && !is_test(&function.attrs) {
            visit::visit_impl_item_fn(self, function);
        }
    }

    fn visit_macro(&mut self, invocation: &'ast Macro) {
        // Tokens that are only handled, not declared.
        let quoting = ["quote", "quote_spanned", "parse_quote", "stringify"];
        if invocation.path.segments.last().is_some_and(|last| quoting.iter().any(|name| last.ident == name)) {
            return;
        }
        find(invocation.tokens.clone(), &mut self.errors);
    }
}

/// `#[test]`, `#[tokio::test]`, `#[sqlx::test]`.
pub(crate) fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().segments.last().is_some_and(|last| last.ident == "test"))
}

/// Looks for `derive(… Schema …)` among tokens.
fn find(tokens: TokenStream, errors: &mut Vec<syn::Error>) {
    let mut after_derive = false;
    for tree in tokens {
        if let TokenTree::Group(group) = &tree {
            let derived = group.stream().into_iter().find(is_schema);
            match derived.filter(|_| after_derive && group.delimiter() == Delimiter::Parenthesis) {
                Some(schema) => {
                    let message = "a struct that a macro makes can't be read";
                    let help = "write the declaration without the macro, or ask the compiler: `--compiled`";
                    errors.push(syn::Error::new(schema.span(), format_args!("{message}{HELP}{help}")));
                }
                None => find(group.stream(), errors),
            }
        }
        after_derive = matches!(&tree, TokenTree::Ident(word) if word == "derive");
    }
}

fn is_schema(tree: &TokenTree) -> bool {
    matches!(tree, TokenTree::Ident(word) if word == "Schema")
}
