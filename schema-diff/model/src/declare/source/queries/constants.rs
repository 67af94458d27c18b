//! The constant strings of the source, by name, so that `query(BY_ID)` can be read.

use std::collections::BTreeMap;

use syn::visit::Visit;
use syn::{Expr, ImplItemConst, ItemConst, ItemStatic};

use super::text::{Place, Reading, Text};
use crate::declare::source::tree::Tree;

/// The strings of a name.
#[derive(Debug, Default)]
pub(super) struct Constants {
    by_name: BTreeMap<String, Vec<(String, Vec<Text>)>>,
}

/// Constants may be made of constants, this deep.
const ROUNDS: usize = 3;

impl Constants {
    /// Collects those of all files; what is made of others is found in a later round.
    pub(super) fn collect(tree: &Tree) -> Self {
        let files: Vec<_> = (tree.files.iter())
            .filter(|file| ["const ", "static "].iter().any(|word| file.text.contains(word)))
            .filter_map(|file| Some((file, syn::parse_file(&file.text).ok()?)))
            .collect();
        let mut constants = Self::default();
        for _ in 0..ROUNDS {
            let mut next = Self::default();
            for (file, parsed) in &files {
                let place = Place { file: &file.name, path: &file.path };
                Collect { place, known: &constants, found: &mut next }.visit_file(parsed);
            }
            constants = next;
        }
        constants
    }

    /// Those of a name: of the same file if it has one, else of all.
    pub(super) fn named(&self, name: &str, file: &str) -> Option<Vec<Text>> {
        let all = self.by_name.get(name)?;
        let own: Vec<Text> = all.iter().filter(|(of, _)| of == file).flat_map(|(_, texts)| texts.clone()).collect();
        Some(if own.is_empty() { all.iter().flat_map(|(_, texts)| texts.clone()).collect() } else { own })
    }
}

struct Collect<'a> {
    place: Place<'a>,
    known: &'a Constants,
    found: &'a mut Constants,
}

impl Collect<'_> {
    fn add(&mut self, name: &syn::Ident, value: &Expr) {
        let reading = Reading { place: self.place, constants: self.known, locals: &[] };
        if let Some(texts) = reading.texts(value) {
            let file = self.place.file.to_owned();
            self.found.by_name.entry(name.to_string()).or_default().push((file, texts));
        }
    }
}

impl<'ast> Visit<'ast> for Collect<'_> {
    fn visit_item_const(&mut self, item: &'ast ItemConst) {
        self.add(&item.ident, &item.expr);
    }

    fn visit_item_static(&mut self, item: &'ast ItemStatic) {
        self.add(&item.ident, &item.expr);
    }

    fn visit_impl_item_const(&mut self, item: &'ast ImplItemConst) {
        self.add(&item.ident, &item.expr);
    }
}
