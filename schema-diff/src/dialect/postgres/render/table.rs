//! Definitions: tables, columns, constraints, indexes, types.

use schema_model::sql_text::without_parentheses;
use schema_model::{
    Catalog, Check, Column, Deferrable, EnumType, ForeignKey, Identity, IdentityKind, Index, IndexKey, IndexKeyTarget,
    NullsOrder, Partition, Partitioning, QualifiedName, SequenceOptions, Settings, Table, Unique,
};

use super::quote;
use crate::change::TableConstraint;

/// The statements that make a table with its constraints; its indexes are statements of their own.
pub fn create_table(table: &Table) -> Vec<String> {
    let mut statements = Vec::new();
    let name = quote::qualified(&table.name);
    let serial = |column: &Column| match &column.identity {
        Some(Identity { kind: IdentityKind::Serial, sequence, .. }) => {
            Some(sequence.clone().unwrap_or_else(|| serial_sequence(&table.name, column)))
        }
        _ => None,
    };
    for column in &table.columns {
        if let Some(sequence) = serial(column) {
            let options = column.identity.as_ref().map(|identity| &identity.options);
            let kind = options.and_then(|options| options.data_type.as_ref()).unwrap_or(&column.sql_type);
            let more = options.map(|options| sequence_options(options)).unwrap_or_default();
            statements.push(format!("CREATE SEQUENCE {} AS {kind}{more}", quote::qualified(&sequence)));
        }
    }
    let mut lines: Vec<String> = table
        .columns
        .iter()
        .map(|column| {
            let default = serial(column).map(|sequence| nextval(&sequence));
            column_definition(column, default.as_deref())
        })
        .collect();
    if let Some(key) = &table.primary_key {
        let named = key.name.as_ref().map(|name| format!("CONSTRAINT {} ", quote::name(name))).unwrap_or_default();
        let (columns, include) = (quote::names(&key.columns), including(&key.include));
        lines.push(format!("{named}PRIMARY KEY ({columns}){include}{}", deferrable(key.deferrable)));
    }
    lines.extend(table.uniques.iter().cloned().map(|unique| constraint(&TableConstraint::Unique(unique))));
    lines.extend(table.checks.iter().cloned().map(|check| constraint(&TableConstraint::Check(check))));
    let keys = table.foreign_keys.iter().cloned().map(|key| constraint(&TableConstraint::ForeignKey(key)));
    let mut keys: Vec<String> = keys.collect();
    // From 15 on the sequences that the table owns by then go along with it. Before, it can't reference what isn't logged.
    let with_sequences = table.unlogged && table.columns.iter().any(|column| serial(column).is_some());
    if !with_sequences {
        lines.append(&mut keys);
    }
    let body = if lines.is_empty() { String::new() } else { format!("\n    {}\n", lines.join(",\n    ")) };
    let unlogged = if table.unlogged && !with_sequences { "UNLOGGED " } else { "" };
    let parameters = match table.storage_parameters.as_slice() {
        [] => String::new(),
        parameters => format!(" WITH ({})", parameters.join(", ")),
    };
    let by = table.partitioning.as_ref().map(|by| format!(" PARTITION BY {}", by.key)).unwrap_or_default();
    statements.push(format!("CREATE {unlogged}TABLE {name} ({body}){by}{parameters}"));
    statements.extend(table.partitioning.iter().flat_map(|by| partitions(&table.name, by)));
    for column in &table.columns {
        statements.extend(settings(&name, column));
    }
    for column in &table.columns {
        if let Some(sequence) = serial(column) {
            let owner = format!("{name}.{}", quote::name(&column.name));
            statements.push(format!("ALTER SEQUENCE {} OWNED BY {owner}", quote::qualified(&sequence)));
        }
    }
    if with_sequences {
        statements.push(format!("ALTER TABLE {name} SET UNLOGGED"));
        statements.extend(keys.iter().map(|key| format!("ALTER TABLE {name} ADD {key}")));
    }
    statements.extend(comments(table));
    statements
}

/// The comments on a table and its columns.
fn comments(table: &Table) -> impl Iterator<Item = String> {
    let name = quote::qualified(&table.name);
    let of_table = table.comment.iter().map({
        let name = name.clone();
        move |comment| comment_on("TABLE", &name, Some(comment))
    });
    let of_columns = table.columns.iter().filter_map(move |column| {
        let target = format!("{name}.{}", quote::name(&column.name));
        Some(comment_on("COLUMN", &target, Some(column.comment.as_ref()?)))
    });
    of_table.chain(of_columns)
}

/// The partitions of a table that nobody uses yet, and theirs.
pub(super) fn partitions(table: &QualifiedName, by: &Partitioning) -> Vec<String> {
    let of_one = |partition: &Partition| {
        let further = partition.partitioning.as_ref();
        let key = further.map(|by| format!(" PARTITION BY {}", by.key)).unwrap_or_default();
        let (name, parent) = (quote::qualified(&partition.name), quote::qualified(table));
        let create = format!("CREATE TABLE {name} PARTITION OF {parent} {}{key}", partition.bound);
        let below = further.map(|by| partitions(&partition.name, by)).unwrap_or_default();
        std::iter::once(create).chain(below)
    };
    by.partitions.iter().flat_map(of_one).collect()
}

/// What new partitions have beside the table above them. Their indexes have names of their own: what is there already
/// becomes a part of what is made above it, so the innermost come first.
pub fn furnish(above: &Table, partitions: &[Partition], tables: &Catalog) -> Vec<String> {
    let mut statements = own_attributes(above, partitions, tables);
    let all = partitions.iter().flat_map(Partition::with_those_below);
    let known: Vec<&Table> = all.filter_map(|partition| tables.table(&partition.name)).collect();
    let indexes =
        known.into_iter().rev().flat_map(|own| own.indexes.iter().map(|index| create_index(&own.name, index, false)));
    statements.extend(indexes);
    statements
}

/// What is set on a partition is set on those below it too, so that each is held against the table right above it, and
/// comes behind that.
fn own_attributes(above: &Table, partitions: &[Partition], tables: &Catalog) -> Vec<String> {
    let there = partitions.iter().filter_map(|partition| Some((partition, tables.table(&partition.name)?)));
    let of_one = there.flat_map(|(partition, own)| {
        let below = partition.partitioning.iter().flat_map(|by| own_attributes(own, &by.partitions, tables));
        of_partition_alone(own, above).into_iter().chain(below)
    });
    of_one.collect()
}

/// What a partition has that the table above it hasn't given to it; its indexes and foreign keys are made apart.
fn of_partition_alone(partition: &Table, above: &Table) -> Vec<String> {
    let name = quote::qualified(&partition.name);
    let alter = |action: String| format!("ALTER TABLE {name} {action}");
    let mut statements = Vec::new();
    if partition.unlogged {
        statements.push(alter("SET UNLOGGED".to_owned()));
    }
    if !partition.storage_parameters.is_empty() {
        statements.push(alter(format!("SET ({})", partition.storage_parameters.join(", "))));
    }
    let inherited = |check: &&Check| above.checks.iter().any(|other| other.name == check.name);
    for check in partition.checks.iter().filter(|check| !inherited(check)) {
        let suffix = if check.not_valid { " NOT VALID" } else { "" };
        let constraint = constraint(&TableConstraint::Check(check.clone()));
        statements.push(alter(format!("ADD {constraint}{suffix}")));
    }
    let inherited = |unique: &&Unique| above.uniques.iter().any(|other| other.columns == unique.columns);
    for unique in partition.uniques.iter().filter(|unique| !inherited(unique)) {
        statements.push(alter(format!("ADD {}", constraint(&TableConstraint::Unique(unique.clone())))));
    }
    for column in &partition.columns {
        let (own, other) = (quote::name(&column.name), above.column(&column.name));
        let is_numbered = column.identity.is_some() || column.generated.is_some();
        let default = |of: &Column| of.default.as_ref().map(|default| default.canonical().to_owned());
        let inherited = other.and_then(default);
        match default(column).filter(|_| !is_numbered) {
            Some(default) if inherited.as_ref() != Some(&default) => {
                statements.push(alter(format!("ALTER COLUMN {own} SET DEFAULT {default}")));
            }
            None if inherited.is_some() && !is_numbered => {
                statements.push(alter(format!("ALTER COLUMN {own} DROP DEFAULT")));
            }
            _ => {}
        }
        if !column.nullable && other.is_some_and(|other| other.nullable) {
            statements.push(alter(format!("ALTER COLUMN {own} SET NOT NULL")));
        }
        if other.is_none_or(|other| other.settings != column.settings) {
            statements.extend(settings(&name, column));
        }
    }
    statements.extend(comments(partition));
    statements
}

/// Adds what isn't the default, with a blank before each.
pub(super) fn sequence_options(options: &SequenceOptions) -> String {
    let SequenceOptions { data_type: _, start, increment, min, max, cache, cycle } = options;
    let numbers =
        [("INCREMENT BY", increment), ("MINVALUE", min), ("MAXVALUE", max), ("START WITH", start), ("CACHE", cache)];
    let numbers = numbers.iter().filter_map(|(words, number)| Some(format!(" {words} {}", (**number)?)));
    numbers.chain(cycle.then(|| " CYCLE".to_owned())).collect()
}

/// How the server is to keep a column's values.
pub(super) fn settings(table: &str, column: &Column) -> Vec<String> {
    let Settings { storage, compression, statistics } = &column.settings;
    let storage = storage.as_ref().map(|mode| format!("STORAGE {mode}"));
    let compression = compression.as_ref().map(|method| format!("COMPRESSION {method}"));
    let statistics = statistics.map(|target| format!("STATISTICS {target}"));
    let set = [storage, compression, statistics].into_iter().flatten();
    set.map(|what| format!("ALTER TABLE {table} ALTER COLUMN {} SET {what}", quote::name(&column.name))).collect()
}

fn including(columns: &[schema_model::Identifier]) -> String {
    if columns.is_empty() { String::new() } else { format!(" INCLUDE ({})", quote::names(columns)) }
}

/// The sequence that `serial` would make.
fn serial_sequence(table: &QualifiedName, column: &Column) -> QualifiedName {
    table.sibling(schema_model::Identifier::derived(&[table.name.as_str(), column.name.as_str()], "seq"))
}

/// The default of a serial column, as the server writes it.
pub(super) fn nextval(sequence: &QualifiedName) -> String {
    format!("nextval({}::regclass)", quote::literal(&quote::qualified(sequence)))
}

/// A column as it stands in CREATE TABLE or after ADD COLUMN.
pub(crate) fn column_definition(column: &Column, serial_default: Option<&str>) -> String {
    let mut text = format!("{} {}", quote::name(&column.name), column.sql_type);
    if let Some(collation) = &column.collation {
        text.push_str(&format!(" COLLATE {collation}"));
    }
    if let Some(default) = serial_default {
        text.push_str(&format!(" DEFAULT {default}"));
    } else if let Some(default) = &column.default {
        text.push_str(&format!(" DEFAULT {}", operand(default.canonical())));
    }
    if let Some(generated) = &column.generated {
        let kind = if column.is_virtual { "VIRTUAL" } else { "STORED" };
        text.push_str(&format!(" GENERATED ALWAYS AS ({}) {kind}", without_parentheses(generated.canonical())));
    }
    if !column.nullable {
        text.push_str(" NOT NULL");
    }
    if let Some(identity) = &column.identity {
        text.push_str(&identity_clause(identity));
    }
    text
}

/// `GENERATED … AS IDENTITY`; nothing for a serial column.
fn identity_clause(identity: &Identity) -> String {
    let words = match identity.kind {
        IdentityKind::Always => " GENERATED ALWAYS AS IDENTITY",
        IdentityKind::ByDefault => " GENERATED BY DEFAULT AS IDENTITY",
        IdentityKind::Serial => return String::new(),
    };
    let name = identity.sequence.as_ref().map(|name| format!(" SEQUENCE NAME {}", quote::qualified(name)));
    let options = format!("{}{}", name.unwrap_or_default(), sequence_options(&identity.options));
    if options.is_empty() { words.to_owned() } else { format!("{words} ({})", options.trim_start()) }
}

/// A constraint with its name, as it stands in CREATE TABLE or after ADD.
pub(crate) fn constraint(constraint: &TableConstraint) -> String {
    let named = constraint.name().map(|name| format!("CONSTRAINT {} ", quote::name(name))).unwrap_or_default();
    let body = match constraint {
        TableConstraint::Unique(unique) => {
            let nulls = if unique.nulls_not_distinct { " NULLS NOT DISTINCT" } else { "" };
            let (columns, include) = (quote::names(&unique.columns), including(&unique.include));
            format!("UNIQUE{nulls} ({columns}){include}{}", deferrable(unique.deferrable))
        }
        TableConstraint::Check(check) => {
            let inherit = if check.no_inherit { " NO INHERIT" } else { "" };
            format!("CHECK ({}){inherit}", without_parentheses(check.expression.canonical()))
        }
        TableConstraint::ForeignKey(key) => foreign_key(key),
        TableConstraint::Index(_) => String::new(),
    };
    format!("{named}{body}")
}

fn foreign_key(key: &ForeignKey) -> String {
    let mut text = format!(
        "FOREIGN KEY ({}) REFERENCES {} ({})",
        quote::names(&key.columns),
        quote::qualified(&key.references),
        quote::names(&key.referenced_columns)
    );
    if key.match_full {
        text.push_str(" MATCH FULL");
    }
    if !key.on_update.is_default() {
        text.push_str(&format!(" ON UPDATE {}", key.on_update.as_sql()));
    }
    if !key.on_delete.is_default() {
        text.push_str(&format!(" ON DELETE {}", key.on_delete.as_sql()));
    }
    text + deferrable(key.deferrable)
}

/// When a constraint is checked, where it isn't the default.
pub(super) fn deferrable(deferrable: Deferrable) -> &'static str {
    match deferrable {
        Deferrable::NotDeferrable => "",
        Deferrable::InitiallyImmediate => " DEFERRABLE",
        Deferrable::InitiallyDeferred => " DEFERRABLE INITIALLY DEFERRED",
    }
}

/// An index.
pub fn create_index(table: &QualifiedName, index: &Index, concurrently: bool) -> String {
    index_definition(table, index, (if concurrently { "CONCURRENTLY " } else { "" }, ""))
}

/// The index of a partitioned table without those of its partitions.
pub(super) fn create_index_only(table: &QualifiedName, index: &Index) -> String {
    index_definition(table, index, ("", "ONLY "))
}

fn index_definition(table: &QualifiedName, index: &Index, (concurrently, only): (&str, &str)) -> String {
    let unique = if index.unique { "UNIQUE " } else { "" };
    let name = index.name.as_ref().map(|name| format!("{} ", quote::name(name))).unwrap_or_default();
    let keys: Vec<String> = index.keys.iter().map(index_key).collect();
    let mut text = format!(
        "CREATE {unique}INDEX {concurrently}{name}ON {only}{} USING {} ({})",
        quote::qualified(table),
        index.method,
        keys.join(", ")
    );
    text.push_str(&including(&index.include));
    if index.nulls_not_distinct {
        text.push_str(" NULLS NOT DISTINCT");
    }
    if !index.with.is_empty() {
        text.push_str(&format!(" WITH ({})", index.with.join(", ")));
    }
    if let Some(predicate) = &index.predicate {
        text.push_str(&format!(" WHERE {}", predicate.canonical()));
    }
    text
}

fn index_key(key: &IndexKey) -> String {
    let mut text = match &key.target {
        IndexKeyTarget::Column(column) => quote::name(column),
        IndexKeyTarget::Expression(expression) => format!("({})", without_parentheses(expression.canonical())),
    };
    if let Some(collation) = &key.collation {
        text.push_str(&format!(" COLLATE {collation}"));
    }
    if let Some(class) = &key.operator_class {
        text.push_str(&format!(" {class}"));
    }
    if !key.parameters.is_empty() {
        let parameters: Vec<String> = key.parameters.iter().map(|parameter| option(parameter)).collect();
        text.push_str(&format!(" ({})", parameters.join(", ")));
    }
    if key.descending {
        text.push_str(" DESC");
    }
    match key.nulls {
        Some(NullsOrder::First) => text.push_str(" NULLS FIRST"),
        Some(NullsOrder::Last) => text.push_str(" NULLS LAST"),
        None => {}
    }
    text
}

/// `name=value` as SQL reads it.
fn option(parameter: &str) -> String {
    match parameter.split_once('=') {
        Some((name, value)) => format!("{name}={}", quote::literal(value)),
        None => parameter.to_owned(),
    }
}

/// The statements that make an enum type.
pub fn create_enum(enum_type: &EnumType) -> Vec<String> {
    let name = quote::qualified(&enum_type.name);
    let values: Vec<String> = enum_type.values.iter().map(|value| quote::literal(value)).collect();
    let mut statements = vec![format!("CREATE TYPE {name} AS ENUM ({})", values.join(", "))];
    if enum_type.comment.is_some() {
        statements.push(comment_on("TYPE", &name, enum_type.comment.as_deref()));
    }
    statements
}

/// A comment; `None` takes it away.
pub(super) fn comment_on(kind: &str, name: &str, comment: Option<&str>) -> String {
    format!("COMMENT ON {kind} {name} IS {}", comment.map_or_else(|| "NULL".to_owned(), quote::literal))
}

/// A default as a column's definition takes it: an expression that a word joins, as in `now() AT TIME ZONE 'UTC'`, stands in
/// parentheses there.
fn operand(expression: &str) -> String {
    const JOINING: [&str; 14] = [
        "and", "at", "between", "collate", "ilike", "in", "is", "isnull", "like", "not", "notnull", "or", "overlaps",
        "similar",
    ];
    let mut depth = 0_i32;
    let is_joined = schema_model::sql_text::meaning(expression).into_iter().any(|token| {
        depth += i32::from(matches!(token, "(" | "[")) - i32::from(matches!(token, ")" | "]"));
        depth == 0 && JOINING.iter().any(|word| token.eq_ignore_ascii_case(word))
    });
    if is_joined { format!("({expression})") } else { expression.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_embracing_parentheses_go() {
        assert_eq!(without_parentheses("((a) + (b))"), "(a) + (b)");
        assert_eq!(without_parentheses("(a) + (b)"), "(a) + (b)");
        assert_eq!(without_parentheses("(a = ')')"), "a = ')'");
    }
}
