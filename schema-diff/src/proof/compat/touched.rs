//! Which queries a change of the catalog can concern at all.

use std::collections::BTreeSet;

use crate::dialect::postgres::compat::Snapshot;

/// What differs between two catalogs, as far as queries can name it.
#[derive(Debug)]
pub(super) enum Touched {
    /// Types, functions, views or the like: every query may be concerned.
    Anything,
    /// Tables. Views and functions may lead to them.
    Named(BTreeSet<String>),
}

impl Touched {
    pub(super) fn between(one: &Snapshot, other: &Snapshot) -> Self {
        let (a, b) = (&one.inspection, &other.inspection);
        if a.catalog.enums != b.catalog.enums || a.catalog.objects != b.catalog.objects || a.domains != b.domains {
            return Self::Anything;
        }
        let mut names = BTreeSet::new();
        for (from, to) in [(a, b), (b, a)] {
            let tables = from.catalog.tables.iter();
            let changed = tables.filter(|(name, table)| to.catalog.tables.get(*name) != Some(*table));
            names.extend(changed.map(|(name, _)| name.name.as_str().to_lowercase()));
        }
        let layout = |snapshot: &Snapshot| -> BTreeSet<(String, String)> {
            let relations = snapshot.relations.values();
            relations.map(|relation| (relation.name.clone(), format!("{:?}", relation.columns))).collect()
        };
        let (a, b) = (layout(one), layout(other));
        names.extend(a.symmetric_difference(&b).map(|(name, _)| name.to_lowercase()));
        if !names.is_empty() {
            let views = other.relations.values().filter(|relation| relation.is_view);
            names.extend(views.map(|view| view.name.to_lowercase()));
            names.extend(other.functions.iter().map(|function| function.name.to_lowercase()));
        }
        Self::Named(names)
    }

    pub(super) fn concerns(&self, text: &str) -> bool {
        match self {
            Self::Anything => true,
            Self::Named(names) => {
                let text = text.to_lowercase();
                names.iter().any(|name| text.contains(name.as_str()))
            }
        }
    }
}
