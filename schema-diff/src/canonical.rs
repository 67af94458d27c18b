//! The canonical text of a catalog: a line for each object, by which people compare and fingerprints are taken.

use std::collections::BTreeMap;

use schema_model::{
    Catalog, Check, Column, Deferrable, EnumType, ForeignKey, IdentityKind, Index, IndexKey, IndexKeyTarget,
    NullsOrder, SequenceOptions, Settings, Table, Unique,
};
use sha2::{Digest, Sha256};

/// Every object of a catalog with its line, by its key: `table public.users`, `column public.users.name`,
/// `constraint public.users.users_pkey`, `index public.users.users_name_idx`, `type public.status`.
pub fn objects(catalog: &Catalog) -> BTreeMap<String, String> {
    let mut objects = BTreeMap::new();
    for (name, enum_type) in &catalog.enums {
        objects.insert(format!("type {name}"), type_line(enum_type));
    }
    for table in catalog.tables.values() {
        add_table(table, &mut objects);
    }
    for (key, object) in &catalog.objects {
        objects.insert(key.clone(), object.create.join(";\n"));
    }
    objects
}

fn type_line(enum_type: &EnumType) -> String {
    let values: Vec<String> = enum_type.values.iter().map(|value| format!("'{}'", value.replace('\'', "''"))).collect();
    commented(format!("enum ({})", values.join(", ")), enum_type.comment.as_deref())
}

/// A table's own line.
fn table_line(table: &Table) -> String {
    let unlogged = if table.unlogged { "unlogged " } else { "" };
    let parameters = match table.storage_parameters.as_slice() {
        [] => String::new(),
        parameters => format!(" with ({})", parameters.join(", ")),
    };
    commented(format!("{unlogged}table{parameters}"), table.comment.as_deref())
}

fn add_table(table: &Table, objects: &mut BTreeMap<String, String>) {
    let name = &table.name;
    objects.insert(format!("table {name}"), table_line(table));
    for column in &table.columns {
        objects.insert(format!("column {name}.{}", column.name), column_line(column));
    }
    for (key, line) in constraint_lines(table) {
        objects.insert(format!("constraint {name}.{key}"), line);
    }
    for (key, line) in index_lines(table) {
        objects.insert(format!("index {name}.{key}"), line);
    }
}

/// The catalog as people read it: types first, then tables with their columns sorted by name.
pub fn text(catalog: &Catalog) -> String {
    let mut out = String::new();
    for (name, enum_type) in &catalog.enums {
        out.push_str(&format!("type {name} {}\n", type_line(enum_type)));
    }
    for table in catalog.tables.values() {
        out.push_str(&format!("{}\n", table_line(table).replacen("table", &format!("table {}", table.name), 1)));
        let mut columns: Vec<_> = table.columns.iter().collect();
        columns.sort_by_key(|column| &column.name);
        for column in columns {
            out.push_str(&format!("    {} {}\n", column.name, column_line(column)));
        }
        for (name, line) in constraint_lines(table).into_iter().chain(index_lines(table)) {
            out.push_str(&format!("    {line} -- {name}\n"));
        }
    }
    for (key, object) in &catalog.objects {
        out.push_str(&format!("{key}\n"));
        for line in object.create.iter().flat_map(|statement| statement.lines()) {
            out.push_str(&format!("    {line}\n"));
        }
    }
    out
}

/// A short fingerprint of an object's line: the first 16 hexadecimal digits of its SHA-256.
pub fn fingerprint(line: &str) -> String {
    Sha256::digest(line.as_bytes()).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

fn commented(line: String, comment: Option<&str>) -> String {
    match comment {
        Some(comment) => format!("{line} comment {comment:?}"),
        None => line,
    }
}

fn column_line(column: &Column) -> String {
    let Column {
        name: _,
        sql_type,
        nullable,
        default,
        identity,
        generated,
        is_virtual,
        collation,
        settings,
        comment,
        rust: _,
        hints: _,
    } = column;
    let mut line = sql_type.to_string();
    if let Some(collation) = collation {
        line.push_str(&format!(" collate {collation}"));
    }
    if !nullable {
        line.push_str(" not null");
    }
    if let Some(default) = default {
        line.push_str(&format!(" default {default}"));
    }
    if let Some(generated) = generated {
        line.push_str(&format!(
            " generated always as ({generated}) {}",
            if *is_virtual { "virtual" } else { "stored" }
        ));
    }
    if let Some(identity) = identity {
        line.push_str(match identity.kind {
            IdentityKind::ByDefault => " identity by default",
            IdentityKind::Always => " identity always",
            IdentityKind::Serial => " serial",
        });
        line.push_str(&sequence_options(&identity.options));
    }
    let Settings { storage, compression, statistics } = settings;
    let statistics = statistics.map(|target| target.to_string());
    for (word, value) in [("storage", storage), ("compression", compression), ("statistics", &statistics)] {
        if let Some(value) = value {
            line.push_str(&format!(" {word} {}", value.to_lowercase()));
        }
    }
    commented(line, comment.as_deref())
}

fn sequence_options(options: &SequenceOptions) -> String {
    let SequenceOptions { data_type, start, increment, min, max, cache, cycle } = options;
    let kind = data_type.as_ref().map(|kind| format!(" as {kind}")).unwrap_or_default();
    let numbers = [("start", start), ("increment", increment), ("min", min), ("max", max), ("cache", cache)];
    let numbers = numbers.iter().filter_map(|(word, number)| Some(format!(" {word} {}", (**number)?)));
    let cycle = cycle.then(|| " cycle".to_owned());
    let options: String = std::iter::once(kind).chain(numbers).chain(cycle).collect();
    if options.is_empty() { options } else { format!(" ({})", options.trim_start()) }
}

fn constraint_lines(table: &Table) -> BTreeMap<String, String> {
    let mut lines = BTreeMap::new();
    let label = |name: &Option<schema_model::Identifier>, number: usize| {
        name.as_ref().map_or_else(|| format!("(unnamed {number})"), ToString::to_string)
    };
    if let Some(key) = &table.primary_key {
        let line =
            format!("primary key ({}){}{}", names(&key.columns), including(&key.include), deferrable(key.deferrable));
        lines.insert(label(&key.name, 0), line);
    }
    for (number, unique) in table.uniques.iter().enumerate() {
        lines.insert(label(&unique.name, 100 + number), unique_line(unique));
    }
    for (number, check) in table.checks.iter().enumerate() {
        lines.insert(label(&check.name, 200 + number), check_line(check));
    }
    for (number, key) in table.foreign_keys.iter().enumerate() {
        lines.insert(label(&key.name, 300 + number), foreign_key_line(key));
    }
    lines
}

fn index_lines(table: &Table) -> BTreeMap<String, String> {
    let named = |(number, index): (usize, &Index)| {
        let name = index.name.as_ref().map_or_else(|| format!("(unnamed {number})"), ToString::to_string);
        (name, index_line(index))
    };
    table.indexes.iter().enumerate().map(named).collect()
}

fn names(columns: &[schema_model::Identifier]) -> String {
    columns.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn including(columns: &[schema_model::Identifier]) -> String {
    if columns.is_empty() { String::new() } else { format!(" include ({})", names(columns)) }
}

fn unique_line(unique: &Unique) -> String {
    let nulls = if unique.nulls_not_distinct { " nulls not distinct" } else { "" };
    let (columns, include) = (names(&unique.columns), including(&unique.include));
    format!("unique{nulls} ({columns}){include}{}", deferrable(unique.deferrable))
}

fn check_line(check: &Check) -> String {
    let inherit = if check.no_inherit { " no inherit" } else { "" };
    let valid = if check.not_valid { " not valid" } else { "" };
    format!("check {}{inherit}{valid}", check.expression)
}

fn foreign_key_line(key: &ForeignKey) -> String {
    let mut line = format!(
        "foreign key ({}) references {} ({})",
        names(&key.columns),
        key.references,
        names(&key.referenced_columns)
    );
    if key.match_full {
        line.push_str(" match full");
    }
    if !key.on_update.is_default() {
        line.push_str(&format!(" on update {}", key.on_update.as_sql().to_lowercase()));
    }
    if !key.on_delete.is_default() {
        line.push_str(&format!(" on delete {}", key.on_delete.as_sql().to_lowercase()));
    }
    line.push_str(deferrable(key.deferrable));
    if key.not_valid {
        line.push_str(" not valid");
    }
    line
}

fn deferrable(deferrable: Deferrable) -> &'static str {
    match deferrable {
        Deferrable::NotDeferrable => "",
        Deferrable::InitiallyImmediate => " deferrable",
        Deferrable::InitiallyDeferred => " deferrable initially deferred",
    }
}

fn index_line(index: &Index) -> String {
    let Index { name: _, unique, method, keys, include, predicate, nulls_not_distinct, with, invalid } = index;
    let keys: Vec<String> = keys.iter().map(index_key).collect();
    let mut line = format!("{}index using {method} ({})", if *unique { "unique " } else { "" }, keys.join(", "));
    line.push_str(&including(include));
    if *nulls_not_distinct {
        line.push_str(" nulls not distinct");
    }
    if !with.is_empty() {
        line.push_str(&format!(" with ({})", with.join(", ")));
    }
    if let Some(predicate) = predicate {
        line.push_str(&format!(" where {predicate}"));
    }
    if *invalid {
        line.push_str(" invalid");
    }
    line
}

fn index_key(key: &IndexKey) -> String {
    let IndexKey { target, descending, nulls, operator_class, parameters, collation, declared: _ } = key;
    let mut text = match target {
        IndexKeyTarget::Column(column) => column.to_string(),
        IndexKeyTarget::Expression(expression) => expression.to_string(),
    };
    if let Some(collation) = collation {
        text.push_str(&format!(" collate {collation}"));
    }
    if let Some(class) = operator_class {
        text.push_str(&format!(" {class}"));
    }
    if !parameters.is_empty() {
        text.push_str(&format!("({})", parameters.join(", ")));
    }
    if *descending {
        text.push_str(" desc");
    }
    match nulls {
        Some(NullsOrder::First) => text.push_str(" nulls first"),
        Some(NullsOrder::Last) => text.push_str(" nulls last"),
        None => {}
    }
    text
}
