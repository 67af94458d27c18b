//! The string literals of some crates, to find the SQL among them, and the places where SQL is made at run time.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, ExprCall, ImplItemFn, Item, Lit, LitStr, Macro};

use super::condition::{Conditions, State};
use super::tree::{FileId, Tree};
use super::walk::Walker;
use super::{CrateRoot, dynamic, hidden, names, report, walk};
use crate::column::Position;

/// A string literal of the source, or a file that the source includes as one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Literal {
    /// Where it begins.
    pub position: Position,
    /// Its value; literals that are joined by `+` or `concat!` are one.
    pub text: String,
}

/// What the source says about SQL.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Literals {
    /// Every string literal outside of tests, in the order of the source.
    pub literals: Vec<Literal>,
    /// Where SQL is run that no literal holds, or where a file can't be read.
    pub dynamic: Vec<Position>,
}

/// Collects the literals of some crates.
pub fn literals(roots: &[CrateRoot]) -> Literals {
    let tree = walk(roots, Walker { files_alone: true, ..Walker::default() }).tree;
    let mut found = Literals::default();
    let mut seen = BTreeSet::new();
    for module in &tree.modules {
        if seen.insert(&tree.files[module.file].name) {
            of_file(&tree, module.file, &tree.crates[module.krate].features, &mut found);
        }
    }
    found.literals.sort();
    found.literals.dedup();
    found.dynamic.sort();
    found.dynamic.dedup();
    found
}

fn of_file(tree: &Tree, file: FileId, features: &[String], found: &mut Literals) {
    let file = &tree.files[file];
    if !has_code(&file.text) {
        return;
    }
    match syn::parse_file(&file.text) {
        Ok(parsed) => {
            let mut search = Search { name: &file.name, path: &file.path, conditions: Conditions { features }, found };
            search.visit_file(&parsed);
        }
        Err(error) => found.dynamic.push(report::position(&file.name, error.span())),
    }
}

/// Whether anything in a file can hold a literal outside of an attribute; models often stand in files that have no code.
fn has_code(text: &str) -> bool {
    ["fn ", "const ", "static ", "!"].iter().any(|word| text.contains(word))
}

struct Search<'a> {
    name: &'a str,
    path: &'a Path,
    conditions: Conditions<'a>,
    found: &'a mut Literals,
}

impl<'ast> Visit<'ast> for Search<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        let attributes = names::attributes(item);
        if self.is_compiled(attributes) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        if self.is_compiled(&function.attrs) {
            visit::visit_impl_item_fn(self, function);
        }
    }

    /// Documentation isn't code.
    fn visit_attribute(&mut self, _: &'ast Attribute) {}

    fn visit_lit_str(&mut self, literal: &'ast LitStr) {
        self.add(literal.value(), literal.span());
    }

    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        if dynamic::is_dynamic(call) {
            self.dynamic(dynamic::place(call));
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_macro(&mut self, invocation: &'ast Macro) {
        let name = invocation.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        let tokens = invocation.tokens.clone();
        if name.starts_with("query_file") {
            self.include(tokens, package_folder(self.path));
        } else if name == "include_str" {
            self.include(tokens, self.path.parent().map(Path::to_owned));
        } else if name == "concat" {
            self.concatenated(tokens);
        } else {
            self.tokens(tokens);
        }
    }
}

impl Search<'_> {
    fn is_compiled(&self, attributes: &[Attribute]) -> bool {
        self.conditions.of(attributes) != State::Off && !hidden::is_test(attributes)
    }

    fn add(&mut self, text: String, span: Span) {
        self.found.literals.push(Literal { position: report::position(self.name, span), text });
    }

    fn dynamic(&mut self, span: Span) {
        self.found.dynamic.push(report::position(self.name, span));
    }

    /// The literals among the tokens of a macro, and the calls in them that run other SQL.
    fn tokens(&mut self, tokens: TokenStream) {
        let trees: Vec<TokenTree> = tokens.into_iter().collect();
        for span in dynamic::in_tokens(&trees) {
            self.dynamic(span);
        }
        let mut joined: Option<(String, Span)> = None;
        let mut plus = false;
        for tree in trees {
            match (string(&tree), &mut joined) {
                (Some(text), Some((whole, _))) if plus => whole.push_str(&text),
                (Some(text), _) => {
                    self.flush(&mut joined);
                    joined = Some((text, tree.span()));
                }
                (None, _) if is_plus(&tree) => {}
                (None, _) => self.flush(&mut joined),
            }
            plus = is_plus(&tree);
            if let TokenTree::Group(group) = tree {
                self.tokens(group.stream());
            }
        }
        self.flush(&mut joined);
    }

    fn flush(&mut self, joined: &mut Option<(String, Span)>) {
        if let Some((text, span)) = joined.take() {
            self.add(text, span);
        }
    }

    /// `concat!("a", "b")` as one text.
    fn concatenated(&mut self, tokens: TokenStream) {
        let mut literals = tokens.clone().into_iter().filter_map(|tree| Some((string(&tree)?, tree.span())));
        let Some((first, span)) = literals.next() else { return self.tokens(tokens) };
        let text = literals.fold(first, |whole, (part, _)| whole + &part);
        self.add(text, span);
    }

    /// A file that stands for a literal.
    fn include(&mut self, tokens: TokenStream, folder: Option<PathBuf>) {
        let literal = tokens.into_iter().find_map(|tree| Some((string(&tree)?, tree.span())));
        let Some((path, span)) = literal else { return };
        let path = folder.unwrap_or_default().join(path);
        match std::fs::read_to_string(&path) {
            Ok(text) => {
                let position = Position { file: path.display().to_string(), line: 1, column: 1 };
                self.found.literals.push(Literal { position, text });
            }
            Err(_) => self.dynamic(span),
        }
    }
}

/// The folder of the nearest manifest, which the paths of `query_file!` are relative to.
fn package_folder(file: &Path) -> Option<PathBuf> {
    file.ancestors().skip(1).find(|folder| folder.join("Cargo.toml").is_file()).map(Path::to_owned)
}

fn string(tree: &TokenTree) -> Option<String> {
    let TokenTree::Literal(literal) = tree else { return None };
    match Lit::new(literal.clone()) {
        Lit::Str(text) => Some(text.value()),
        _ => None,
    }
}

fn is_plus(tree: &TokenTree) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == '+')
}
