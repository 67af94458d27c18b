//! Where items stand, and how they are called from elsewhere.

use schema_model::QualifiedName;
use schema_model::declare::{DeclaredItem, DeclaredKind};

/// What is declared already, and where new items go.
#[derive(Clone, Debug, Default)]
pub struct Existing {
    /// The structs and enums that are there.
    pub items: Vec<DeclaredItem>,
    /// The module of new items.
    pub home: Home,
}

impl Existing {
    /// The declaration of a table or type.
    pub(crate) fn of(&self, object: &QualifiedName) -> Option<&DeclaredItem> {
        self.items.iter().find(|item| match &item.kind {
            DeclaredKind::Table(name) | DeclaredKind::Enum(name, _) => name == object,
            DeclaredKind::Other => false,
        })
    }
}

/// A module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Home {
    /// The name of its crate, if others can call it.
    pub library: Option<String>,
    /// Its path from the crate's root on.
    pub modules: Vec<String>,
}

impl Home {
    /// The module of a declaration.
    pub(crate) fn of(item: &DeclaredItem) -> Self {
        Self { library: item.library.clone(), modules: item.modules.clone() }
    }

    /// What stands before the name of an item of this module in another one.
    pub(crate) fn prefix_from(&self, other: &Self) -> String {
        if self == other {
            return String::new();
        }
        let root = match &self.library {
            Some(library) if self.library != other.library => library.as_str(),
            _ => "crate",
        };
        let mut prefix = format!("{root}::");
        self.modules.iter().for_each(|module| prefix.push_str(&format!("{}::", super::words::word(module))));
        prefix
    }
}
