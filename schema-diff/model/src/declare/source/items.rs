//! Where declarations stand, for those who edit them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::declaration::Declarations;
use super::report;
use super::tree::{ModuleId, Tree};
use crate::column::Position;
use crate::declare::enum_item::{EnumItem, Storage};
use crate::declare::item::Kind;
use crate::name::QualifiedName;

/// A declaration and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredItem {
    /// The Rust name.
    pub ident: String,
    /// The name by which other crates call its crate; none for a binary.
    pub library: Option<String>,
    /// The modules around it, from the crate's root on.
    pub modules: Vec<String>,
    /// The file.
    pub file: PathBuf,
    /// Where its name stands.
    pub position: Position,
    /// What it declares.
    pub kind: DeclaredKind,
}

/// What a declaration declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeclaredKind {
    /// A table.
    Table(QualifiedName),
    /// A native enum type, and its variants by their labels.
    Enum(QualifiedName, BTreeMap<String, String>),
    /// Columns for other tables, a newtype, an enum that is stored as text or as a number.
    Other,
}

/// All declarations, in the order of the source.
pub(crate) fn all(tree: &Tree, declarations: &Declarations) -> Vec<DeclaredItem> {
    let item = |declaration: &super::declaration::Declaration| {
        let file = &tree.files[declaration.file];
        let kind = match &declaration.item.kind {
            Kind::Table(table) if table.is_table() => DeclaredKind::Table(table.name.clone()),
            Kind::Enum(item) => match &item.storage {
                Storage::Native(name) => DeclaredKind::Enum(name.clone(), variants(item)),
                Storage::Label(_) | Storage::Number(_) => DeclaredKind::Other,
            },
            Kind::Table(_) | Kind::Newtype(_) => DeclaredKind::Other,
        };
        DeclaredItem {
            ident: declaration.item.ident.to_string(),
            library: tree.crates[tree.modules[declaration.module].krate].name.clone(),
            modules: path(tree, declaration.module),
            file: file.path.clone(),
            position: report::position(&file.name, declaration.item.ident.span()),
            kind,
        }
    };
    declarations.list.iter().map(item).collect()
}

fn variants(item: &EnumItem) -> BTreeMap<String, String> {
    item.variants.iter().map(|variant| (variant.label.clone(), variant.ident.to_string())).collect()
}

fn path(tree: &Tree, module: ModuleId) -> Vec<String> {
    let Some(parent) = tree.modules[module].parent else { return Vec::new() };
    let mut modules = path(tree, parent);
    let own = tree.modules[parent].children.iter().find(|(_, child)| **child == module);
    modules.extend(own.map(|(name, _)| name.clone()));
    modules
}
