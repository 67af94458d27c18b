//! Rust names for tables, types and columns: deterministic, and different where they must be.

use std::collections::{BTreeMap, BTreeSet};

use schema_model::declare::DeclaredKind;
use schema_model::{Catalog, EnumType, Identifier, QualifiedName, Table};

use super::home::{Existing, Home};
use super::newtype;
use super::options::Options;
use super::{singular, words};

/// The names of everything.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    /// Structs by their tables.
    pub(crate) tables: BTreeMap<QualifiedName, String>,
    /// Enums by their types.
    pub(crate) types: BTreeMap<QualifiedName, EnumNames>,
    /// The newtypes of primary keys by their tables.
    pub(crate) keys: BTreeMap<QualifiedName, String>,
}

/// The names of an enum and its variants.
#[derive(Clone, Debug)]
pub(crate) struct EnumNames {
    /// The enum's.
    pub(crate) name: String,
    /// The variants', in the order of the labels.
    pub(crate) variants: Vec<String>,
}

impl Names {
    /// Names everything. Tables come first, so that a type of the same name steps back; what is declared already keeps
    /// its name.
    pub(crate) fn of(catalog: &Catalog, options: &Options, existing: &Existing) -> Self {
        let mut names = Self::default();
        let mut taken: BTreeSet<String> = existing.items.iter().map(|item| item.ident.clone()).collect();
        // Those in `public` keep the short name where others would take it too.
        let open = |name: &&QualifiedName| existing.of(name).is_none();
        let mut tables: Vec<&QualifiedName> = catalog.tables.keys().filter(open).collect();
        tables.sort_by_key(|name| (name.namespace.as_str() != "public", *name));
        for name in tables {
            names.tables.insert(name.clone(), claim(&candidates(name, "Table", true), &mut taken));
        }
        for (name, enum_type) in catalog.enums.iter().filter(|(name, _)| open(name)) {
            let own = claim(&candidates(name, "Type", false), &mut taken);
            names.types.insert(name.clone(), EnumNames { name: own, variants: variants(enum_type) });
        }
        if options.newtypes {
            for table in catalog.tables.values().filter(|table| newtype::has_own(table)) {
                let Some(own) = names.tables.get(&table.name) else { continue };
                let name = claim(&[format!("{own}Id")], &mut taken);
                names.keys.insert(table.name.clone(), name);
            }
        }
        names
    }

    /// The same names as they are to be written in a module: those of other modules as paths.
    #[must_use]
    pub(crate) fn seen_from(&self, home: &Home, catalog: &Catalog, existing: &Existing) -> Self {
        let mut names = self.clone();
        // What is new stands in the module of what is new.
        let own = existing.home.prefix_from(home);
        names.tables.values_mut().chain(names.keys.values_mut()).for_each(|name| *name = format!("{own}{name}"));
        names.types.values_mut().for_each(|names| names.name = format!("{own}{}", names.name));
        for item in &existing.items {
            let path = format!("{}{}", Home::of(item).prefix_from(home), item.ident);
            match &item.kind {
                DeclaredKind::Table(name) => drop(names.tables.insert(name.clone(), path)),
                DeclaredKind::Enum(name, variants) => {
                    let Some(enum_type) = catalog.enums.get(name) else { continue };
                    let mut own = self::variants(enum_type);
                    for (variant, label) in own.iter_mut().zip(&enum_type.values) {
                        variants.get(label).into_iter().for_each(|known| known.clone_into(variant));
                    }
                    names.types.insert(name.clone(), EnumNames { name: path, variants: own });
                }
                DeclaredKind::Other => {}
            }
        }
        names
    }

    /// Structs and enums by the names of tables and types.
    pub(crate) fn rust_names(&self) -> BTreeMap<QualifiedName, String> {
        let enums = self.types.iter().map(|(name, names)| (name.clone(), names.name.clone()));
        self.tables.iter().map(|(name, own)| (name.clone(), own.clone())).chain(enums).collect()
    }
}

/// The fields of a table's columns, in their order.
pub(crate) fn fields(table: &Table) -> BTreeMap<Identifier, String> {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut fields = BTreeMap::new();
    // Those that keep the column's name come first, so that only the others give way.
    let mut columns: Vec<&Identifier> = table.columns.iter().map(|column| &column.name).collect();
    columns.sort_by_key(|column| words::field(column.as_str()).trim_start_matches("r#") != column.as_str());
    for column in columns {
        let name = words::field(column.as_str());
        let name = match taken.contains(&name) {
            false => name,
            true => {
                let base = name.trim_start_matches("r#").to_owned();
                (2..).map(|number| format!("{base}_{number}")).find(|name| !taken.contains(name)).unwrap_or(name)
            }
        };
        taken.insert(name.clone());
        fields.insert(column.clone(), name);
    }
    fields
}

fn claim(candidates: &[String], taken: &mut BTreeSet<String>) -> String {
    let name = words::free(candidates, taken);
    taken.insert(name.clone());
    name
}

/// Names to try, the shortest first.
fn candidates(name: &QualifiedName, otherwise: &str, table: bool) -> Vec<String> {
    let text = name.name.as_str();
    let plain = words::camel(text, otherwise);
    let mut names = Vec::new();
    if table && let Some(one) = singular::of(text) {
        names.push(words::camel(&one, otherwise));
    }
    names.push(plain.clone());
    if name.namespace.as_str() != "public" {
        names.push(words::camel(&format!("{}_{text}", name.namespace.as_str()), otherwise));
    }
    names.push(format!("{plain}{}", if table { "Row" } else { "Kind" }));
    names
}

pub(crate) fn variants(enum_type: &EnumType) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let mut names = Vec::new();
    for label in &enum_type.values {
        let name = if label.is_empty() { "Empty".to_owned() } else { words::camel(label, "Value") };
        let free = std::iter::once(name.clone()).chain((2..).map(|number| format!("{name}{number}")));
        let name = free.into_iter().find(|name| !taken.contains(name)).unwrap_or(name);
        taken.insert(name.clone());
        names.push(name);
    }
    names
}
