//! Names of collations and operator classes: a struct may leave out the namespace, or name what the server takes anyway.

use std::collections::BTreeSet;

use schema_model::{Catalog, Index, IndexKey, IndexKeyTarget, Table, split_dotted};

use super::open::has_types_of;

/// What a name is one of: whether it says more than its absence depends on that.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind<'a> {
    Collation,
    /// An operator class for an access method. The catalog names the default one too where it has parameters.
    Class {
        method: &'a str,
        has_parameters: bool,
    },
}

/// The names in the known catalogs, in full.
pub(super) struct Known<'a> {
    names: BTreeSet<(Kind<'a>, &'a str)>,
    catalogs: &'a [&'a Catalog],
}

impl<'a> Known<'a> {
    pub(super) fn of(catalogs: &'a [&'a Catalog]) -> Self {
        let tables = catalogs.iter().flat_map(|catalog| catalog.tables.values());
        Self { names: tables.flat_map(|table| of(table)).collect(), catalogs }
    }

    /// Whether a table has such names that no known catalog has.
    pub(super) fn leaves_open(&self, table: &Table) -> bool {
        of(table).any(|(kind, name)| !self.names.contains(&(kind, name)))
    }

    /// Takes what a server once made of a declared name, and the full name, where one name alone ends like it.
    pub(super) fn recognise(&self, declared: &mut Catalog) {
        for table in declared.tables_mut() {
            let known = self.catalogs.iter().filter_map(|catalog| catalog.table(&table.name));
            let known: Vec<&Table> = known.filter(|known| has_types_of(known, table)).collect();
            for column in &mut table.columns {
                let full = column.collation.as_deref().and_then(|name| self.in_full(Kind::Collation, name));
                column.collation = full.or(column.collation.take());
            }
            for index in &mut table.indexes {
                let of_its_method = |other: &&Index| other.method == index.method;
                let keys =
                    known.iter().flat_map(|table| &table.indexes).filter(of_its_method).flat_map(|one| &one.keys);
                let keys: Vec<&IndexKey> = keys.collect();
                index.keys.iter_mut().for_each(|key| self.recognise_key(key, &index.method, &keys));
            }
        }
    }

    fn recognise_key(&self, key: &mut IndexKey, method: &str, known: &[&IndexKey]) {
        let over_the_same = |other: &&&IndexKey| match (&other.target, &key.target) {
            (IndexKeyTarget::Column(other), IndexKeyTarget::Column(own)) => other == own,
            (IndexKeyTarget::Expression(other), IndexKeyTarget::Expression(own)) => other.same_as(own),
            _ => false,
        };
        let known: Vec<&IndexKey> = known.iter().filter(over_the_same).copied().collect();
        let has_parameters = !key.parameters.is_empty();
        let IndexKey { operator_class, collation, declared, .. } = key;
        if let Some(name) = operator_class.clone() {
            let same = |other: &&&IndexKey| {
                other.declared.operator_class.as_ref() == Some(&name) && other.parameters.is_empty() != has_parameters
            };
            let seen = known.iter().find(same).map(|other| other.operator_class.clone());
            let full = || self.in_full(Kind::Class { method, has_parameters }, &name).map(Some);
            seen_as(operator_class, &mut declared.operator_class, seen.or_else(full).unwrap_or(Some(name.clone())));
        }
        if let Some(name) = collation.clone() {
            let same = |other: &&&IndexKey| other.declared.collation.as_ref() == Some(&name);
            let seen = known.iter().find(same).map(|other| other.collation.clone());
            let full = || self.in_full(Kind::Collation, &name).map(Some);
            seen_as(collation, &mut declared.collation, seen.or_else(full).unwrap_or(Some(name.clone())));
        }
    }

    /// The one name that ends like this one, which isn't known itself.
    fn in_full(&self, kind: Kind<'_>, name: &str) -> Option<String> {
        let parts = split_dotted(name);
        let of_its_kind = || self.names.iter().filter(|(other, _)| *other == kind).map(|(_, full)| *full);
        let mut found = of_its_kind().filter(|full| split_dotted(full).ends_with(&parts));
        match (of_its_kind().any(|full| full == name), found.next(), found.next()) {
            (false, Some(full), None) => Some(full.to_owned()),
            _ => None,
        }
    }
}

/// Puts the server's form in the place of a name; where it is another one, what was declared is kept beside it.
pub(super) fn seen_as(name: &mut Option<String>, declared: &mut Option<String>, form: Option<String>) {
    if name.is_some() && *name != form {
        *declared = std::mem::replace(name, form);
    }
}

fn of(table: &Table) -> impl Iterator<Item = (Kind<'_>, &str)> {
    let columns = table.columns.iter().flat_map(|column| &column.collation);
    let keys = || table.indexes.iter().flat_map(|index| index.keys.iter().map(|key| (index.method.as_str(), key)));
    let collations = columns.chain(keys().flat_map(|(_, key)| &key.collation)).map(|name| (Kind::Collation, name));
    let classes = keys().filter_map(|(method, key)| {
        let kind = Kind::Class { method, has_parameters: !key.parameters.is_empty() };
        Some((kind, key.operator_class.as_ref()?))
    });
    collations.chain(classes).map(|(kind, name)| (kind, name.as_str()))
}
