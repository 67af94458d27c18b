//! Names: the server's default form for those left open, and derived ones that fit into 63 bytes.

use std::collections::BTreeSet;

use schema_model::{
    Catalog, Check, ForeignKey, Identifier, Index, IndexKeyTarget, MAX_IDENTIFIER_BYTES, QualifiedName, Table, sql_text,
};

/// Names every constraint and index of a declared catalog that is still without a name, in the server's default form
/// (`ChooseRelationName`): a number is added where the name is taken on this side.
pub fn name_declared(catalog: &mut Catalog) {
    let mut taken: BTreeSet<QualifiedName> = catalog.tables.keys().cloned().collect();
    for table in catalog.tables.values() {
        let names =
            table.indexes.iter().map(|index| &index.name).chain(table.uniques.iter().map(|unique| &unique.name));
        taken.extend(names.flatten().map(|name| table.name.sibling(name.clone())));
    }
    for table in catalog.tables_mut() {
        name_relations(table, &mut taken);
        name_constraints(table);
    }
}

fn name_relations(table: &mut Table, taken: &mut BTreeSet<QualifiedName>) {
    let qualified = table.name.clone();
    let mut choose = |columns: &[String], label: &str| {
        let name =
            free_name(qualified.name.as_str(), columns, label, |name| taken.contains(&qualified.sibling(name.clone())));
        taken.insert(qualified.sibling(name.clone()));
        Some(name)
    };
    if let Some(key) = table.primary_key.as_mut().filter(|key| key.name.is_none()) {
        key.name = choose(&[], "pkey");
    }
    for unique in table.uniques.iter_mut().filter(|unique| unique.name.is_none()) {
        unique.name = choose(&texts(&unique.columns), "key");
    }
    for index in table.indexes.iter_mut().filter(|index| index.name.is_none()) {
        index.name = choose(&index_columns(index), "idx");
    }
}

fn name_constraints(table: &mut Table) {
    let mut taken: BTreeSet<Identifier> = table
        .checks
        .iter()
        .map(|check| &check.name)
        .chain(table.foreign_keys.iter().map(|foreign_key| &foreign_key.name))
        .chain(table.uniques.iter().map(|unique| &unique.name))
        .chain(table.primary_key.iter().map(|key| &key.name))
        .flatten()
        .cloned()
        .collect();
    let table_name = table.name.name.clone();
    let mut choose = |columns: &[String], label: &str| {
        let name = free_name(table_name.as_str(), columns, label, |name| taken.contains(name));
        taken.insert(name.clone());
        Some(name)
    };
    for Check { name, column, .. } in table.checks.iter_mut().filter(|check| check.name.is_none()) {
        *name = choose(&texts(column.as_slice()), "check");
    }
    for ForeignKey { name, columns, .. } in table.foreign_keys.iter_mut().filter(|key| key.name.is_none()) {
        *name = choose(&texts(columns), "fkey");
    }
}

fn texts(names: &[Identifier]) -> Vec<String> {
    names.iter().map(|name| name.as_str().to_owned()).collect()
}

/// The parts of an index's default name: columns, the function of an expression, or `expr`.
fn index_columns(index: &Index) -> Vec<String> {
    let keys = index.keys.iter().map(|key| match &key.target {
        IndexKeyTarget::Column(column) => column.as_str().to_owned(),
        IndexKeyTarget::Expression(expression) => {
            let tokens = sql_text::meaning(&expression.text);
            match tokens.as_slice() {
                [function, "(", ..] if function.chars().all(|c| c.is_alphanumeric() || c == '_') => {
                    function.to_lowercase()
                }
                _ => "expr".to_owned(),
            }
        }
    });
    keys.chain(texts(&index.include)).collect()
}

fn free_name(table: &str, columns: &[String], label: &str, taken: impl Fn(&Identifier) -> bool) -> Identifier {
    let columns = columns.join("_");
    let parts: Vec<&str> = [table, &columns].into_iter().filter(|part| !part.is_empty()).collect();
    (0_u32..)
        .map(|number| if number == 0 { label.to_owned() } else { format!("{label}{number}") })
        .map(|label| Identifier::derived(&parts, &label))
        .find(|name| !taken(name))
        .unwrap_or_else(|| Identifier::derived(&parts, label))
}

/// A name made of parts and a label that stays unique when it must be cut: a hash then stands for what is left out.
pub(crate) fn fitted(parts: &[&str], label: &str) -> Identifier {
    let whole = parts.join("_");
    if whole.len() + label.len() < MAX_IDENTIFIER_BYTES {
        return Identifier::derived(&[&whole], label);
    }
    // FNV-1a: stable across versions, and nothing but a name hangs on it.
    let hash = whole.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    Identifier::derived(&[&whole], &format!("{hash:08x}_{label}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cut_names_stay_different() {
        let long = "x".repeat(70);
        let (a, b) = (fitted(&[&long, "a"], "sync"), fitted(&[&long, "b"], "sync"));
        assert_ne!(a, b);
        assert!(a.as_str().len() <= MAX_IDENTIFIER_BYTES);
    }
}
