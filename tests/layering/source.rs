//! What a source file says, as far as the rules ask: the paths in it, resolved, and its string literals. Code under
//! `#[cfg(test)]` counts for neither, and texts in attributes are documentation and messages.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// A file of the repository.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// Its path from the repository's root, with `/`.
    pub(crate) path: String,
    /// Its text.
    pub(crate) text: String,
}

/// Something in a file, with its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// The path's segments joined by `::`, or a literal's text.
    pub(crate) text: String,
    /// From 1.
    pub(crate) line: usize,
}

/// What was read from a file.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    /// Paths of at least two segments, and everything that `use` names; `self` and `super` are resolved to `crate`.
    pub(crate) paths: Vec<Found>,
    /// Single names, wherever they stand.
    pub(crate) words: Vec<Found>,
    /// String literals.
    pub(crate) literals: Vec<Found>,
}

impl Source {
    /// Reads the text.
    ///
    /// # Panics
    /// If it isn't Rust.
    pub(crate) fn contents(&self) -> Contents {
        let tokens: TokenStream = self.text.parse().unwrap_or_else(|error| panic!("{}: {error}", self.path));
        let mut reader = Reader { module: self.module(), contents: Contents::default() };
        reader.stretch(&tokens.into_iter().collect::<Vec<_>>());
        reader.contents
    }

    /// The module that the file is: `plan/step.rs` is `plan::step`.
    fn module(&self) -> Vec<String> {
        let inside = self.path.split_once("/src/").map_or(self.path.as_str(), |(_, inside)| inside);
        let name = inside.strip_suffix(".rs").unwrap_or(inside);
        let root = ["lib", "main"].contains(&name);
        name.split('/').filter(|part| !root && *part != "mod").map(str::to_owned).collect()
    }
}

struct Reader {
    module: Vec<String>,
    contents: Contents,
}

impl Reader {
    /// Reads tokens that stand side by side.
    fn stretch(&mut self, trees: &[TokenTree]) {
        let mut at = 0;
        while at < trees.len() {
            at += match &trees[at] {
                TokenTree::Punct(punct) if punct.as_char() == '#' => self.attribute(&trees[at..]),
                TokenTree::Ident(word) if word == "mod" => self.inline_module(&trees[at..]),
                TokenTree::Ident(_) => self.path(&trees[at..], &[]),
                TokenTree::Literal(literal) => {
                    self.literal(literal);
                    1
                }
                TokenTree::Group(group) => {
                    self.stretch(&inside(group));
                    1
                }
                TokenTree::Punct(_) => 1,
            }
            .max(1);
        }
    }

    /// Reads the paths in an attribute; says its length, with the item that it belongs to if that is for tests only.
    fn attribute(&mut self, trees: &[TokenTree]) -> usize {
        let body = if matches!(trees.get(1), Some(TokenTree::Punct(_))) { 2 } else { 1 };
        let Some(TokenTree::Group(group)) = trees.get(body) else { return 1 };
        if group.stream().to_string().replace(' ', "") == "cfg(test)" {
            return body + 1 + item_length(&trees[body + 1..]);
        }
        let literals = self.contents.literals.len();
        self.stretch(&inside(group));
        self.contents.literals.truncate(literals);
        body + 1
    }

    /// Reads `mod name { … }`; of `mod name;` nothing is to be known.
    fn inline_module(&mut self, trees: &[TokenTree]) -> usize {
        let [_, TokenTree::Ident(name), TokenTree::Group(body), ..] = trees else { return 2 };
        self.module.push(name.to_string());
        self.stretch(&inside(body));
        self.module.pop();
        3
    }

    /// Reads a path that begins here, with the branches of a `use`; says how many tokens it took.
    fn path(&mut self, trees: &[TokenTree], prefix: &[String]) -> usize {
        let mut segments = prefix.to_vec();
        let mut at = 0;
        let line = trees[0].span().start().line;
        while let Some(TokenTree::Ident(segment)) = trees.get(at) {
            segments.push(segment.to_string());
            self.contents.words.push(Found { text: segment.to_string(), line: segment.span().start().line });
            at += 1;
            match trees.get(at..at + 2) {
                Some([TokenTree::Punct(one), TokenTree::Punct(two)])
                    if one.as_char() == ':' && two.as_char() == ':' => {}
                _ => break,
            }
            at += 2;
            if let Some(TokenTree::Group(branches)) = trees.get(at)
                && branches.delimiter() == Delimiter::Brace
            {
                self.branches(branches, &segments);
                return at + 1;
            }
        }
        if segments.len() > 1 {
            self.contents.paths.push(Found { text: self.resolve(&segments), line });
        }
        at
    }

    fn branches(&mut self, group: &Group, prefix: &[String]) {
        let trees = inside(group);
        let comma = |tree: &TokenTree| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == ',');
        for branch in trees.split(comma).filter(|branch| matches!(branch.first(), Some(TokenTree::Ident(_)))) {
            self.path(branch, prefix);
        }
    }

    fn resolve(&self, segments: &[String]) -> String {
        let mut module = match segments[0].as_str() {
            "self" | "super" => self.module.clone(),
            _ => return segments.join("::"),
        };
        let mut rest = segments;
        while let Some((first, later)) = rest.split_first()
            && (first == "self" || first == "super")
        {
            if first == "super" {
                module.pop();
            }
            rest = later;
        }
        let root = ["crate".to_owned()];
        root.iter().chain(&module).chain(rest).cloned().collect::<Vec<_>>().join("::")
    }

    fn literal(&mut self, literal: &proc_macro2::Literal) {
        if let syn::Lit::Str(text) = syn::Lit::new(literal.clone()) {
            self.contents.literals.push(Found { text: text.value(), line: literal.span().start().line });
        }
    }
}

fn inside(group: &Group) -> Vec<TokenTree> {
    group.stream().into_iter().collect()
}

/// An item ends with its body in braces, or with a semicolon.
fn item_length(trees: &[TokenTree]) -> usize {
    let end = trees.iter().position(|tree| match tree {
        TokenTree::Punct(punct) => punct.as_char() == ';',
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        _ => false,
    });
    end.map_or(trees.len(), |end| end + 1)
}
