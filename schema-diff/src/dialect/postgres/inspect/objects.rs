//! Views, functions, triggers and everything else that no struct describes, as the server itself writes it.

use std::collections::{BTreeMap, BTreeSet};

use schema_model::{Domain, Identifier, ObjectKind, QualifiedName, SqlObject, server_form};
use sqlx::Row;
use sqlx::postgres::PgRow;

use super::InspectError;
use crate::dialect::postgres::quote;
use crate::dialect::postgres::session::Reader;
use crate::inspection::SYNC_MARK;

const QUERIES: [&str; 4] = [
    include_str!("objects/types.sql"),
    include_str!("objects/relations.sql"),
    include_str!("objects/leftover.sql"),
    include_str!("objects/around.sql"),
];

/// The class and the number by which `pg_depend` knows an object.
type Address = (i64, i64);

/// Objects by their key.
type Objects = BTreeMap<String, SqlObject>;

/// The user's objects, and what our own sync triggers use.
pub(super) async fn read(reader: &mut Reader<'_>) -> Result<(Objects, Objects), InspectError> {
    let mut objects = Objects::new();
    let mut addresses: Vec<(Address, String)> = Vec::new();
    for query in QUERIES {
        for row in reader.all(query).await? {
            let object = object(&row)?;
            if let (Some(class), Some(number)) = (row.try_get("class")?, row.try_get("object")?) {
                addresses.push(((class, number), object.key()));
            }
            objects.insert(object.key(), object);
        }
    }
    if !objects.is_empty() {
        add_needs(reader, &mut objects, &addresses).await?;
    }
    Ok(objects.into_iter().partition(|(_, object)| !object.name.contains(SYNC_MARK)))
}

/// A statement that is run where the role is there and this session belongs to it.
fn given_back(alter: &str, role: &str) -> String {
    let member = "pg_catalog.pg_has_role(r.oid, 'MEMBER')";
    let is_there = format!(
        "EXISTS (SELECT FROM pg_catalog.pg_roles AS r WHERE r.rolname = {} AND {member})",
        quote::literal(role)
    );
    format!("DO {}", quote::dollar(&format!("\nBEGIN\n  IF {is_there} THEN\n    {alter};\n  END IF;\nEND\n")))
}

/// What gives objects back to their owners.
pub(super) async fn owners(reader: &mut Reader<'_>) -> Result<Objects, InspectError> {
    let rows = reader.all(include_str!("objects/owners.sql")).await?;
    let owner = |row: &PgRow| {
        let key: String = row.try_get("key")?;
        let object = SqlObject {
            kind: ObjectKind::Setting,
            name: format!("owner of {key}"),
            table: None,
            create: vec![given_back(row.try_get("sql")?, row.try_get("role")?)],
            drop: String::new(),
            columns: Vec::new(),
            needs: BTreeSet::from([key.clone()]),
            domain: None,
        };
        Ok((key, object))
    };
    rows.iter().map(owner).collect()
}

fn object(row: &PgRow) -> Result<SqlObject, InspectError> {
    let table = match row.try_get::<Option<String>, _>("table_namespace")? {
        Some(namespace) => Some(QualifiedName::new(
            Identifier::new(namespace)?,
            Identifier::new(row.try_get::<String, _>("table_name")?)?,
        )),
        None => None,
    };
    let kind = kind(row.try_get("kind")?);
    let text = |text: String| match kind {
        // Their bodies are the user's own text.
        ObjectKind::Function => text.trim().to_owned(),
        _ => server_form::settled(text.trim()),
    };
    let columns: Vec<String> = row.try_get("columns")?;
    let (columns, domain) = match kind {
        ObjectKind::Domain => (Vec::new(), Some(domain(columns)?)),
        _ => (columns, None),
    };
    Ok(SqlObject {
        kind,
        domain,
        columns,
        name: row.try_get("name")?,
        needs: table.iter().map(|table| format!("table {table}")).collect(),
        table,
        create: row.try_get::<Vec<String>, _>("creates")?.into_iter().map(text).collect(),
        drop: row.try_get("drops")?,
    })
}

fn domain(parts: Vec<String>) -> Result<Domain, InspectError> {
    let mut parts = parts.into_iter();
    let mut first = parts.by_ref().take(3);
    let mut next = || first.next().unwrap_or_default();
    let (base, default, not_null) = (next(), next(), !next().is_empty());
    let mut checks = BTreeMap::new();
    while let (Some(name), Some(definition)) = (parts.next(), parts.next()) {
        checks.insert(Identifier::new(name)?, server_form::settled(&definition));
    }
    let default = Some(default).filter(|default| !default.is_empty());
    Ok(Domain { base, default, not_null, checks })
}

fn kind(word: &str) -> ObjectKind {
    match word {
        "namespace" => ObjectKind::Namespace,
        "extension" => ObjectKind::Extension,
        "collation" => ObjectKind::Collation,
        "domain" => ObjectKind::Domain,
        "composite_type" => ObjectKind::CompositeType,
        "range_type" => ObjectKind::RangeType,
        "sequence" => ObjectKind::Sequence,
        "function" => ObjectKind::Function,
        "view" => ObjectKind::View,
        "materialized_view" => ObjectKind::MaterializedView,
        "rule" => ObjectKind::Rule,
        "trigger" => ObjectKind::Trigger,
        "event_trigger" => ObjectKind::EventTrigger,
        "exclusion" => ObjectKind::Exclusion,
        "statistics" => ObjectKind::Statistics,
        "row_security" => ObjectKind::RowSecurity,
        "policy" => ObjectKind::Policy,
        "replica_identity" => ObjectKind::ReplicaIdentity,
        "publication" => ObjectKind::Publication,
        "comment" => ObjectKind::Comment,
        "privileges" => ObjectKind::Privileges,
        "setting" => ObjectKind::Setting,
        _ => ObjectKind::Other,
    }
}

/// Who needs whom; a comment and privileges need what they are about.
async fn add_needs(
    reader: &mut Reader<'_>,
    objects: &mut Objects,
    addresses: &[(Address, String)],
) -> Result<(), InspectError> {
    let is_about = |key: &str| key.starts_with("comment ") || key.starts_with("privileges ");
    let own: BTreeMap<Address, &String> =
        addresses.iter().filter(|(_, key)| !is_about(key)).map(|(address, key)| (*address, key)).collect();
    let mut needs: BTreeMap<&String, BTreeSet<String>> = BTreeMap::new();
    for (address, key) in addresses.iter().filter(|(_, key)| is_about(key)) {
        needs.entry(key).or_default().extend(own.get(address).map(|key| (*key).clone()));
    }
    for row in reader.all(include_str!("objects/needs.sql")).await? {
        let Some(key) = own.get(&(row.try_get("class")?, row.try_get("object")?)) else { continue };
        let needed = needs.entry(key).or_default();
        if let Some(other) = own.get(&(row.try_get("needed_class")?, row.try_get("needed_object")?)) {
            needed.extend((other != key).then(|| (*other).clone()));
        }
        if let Some(name) = row.try_get::<Option<String>, _>("needed_enum")? {
            needed.extend(name.parse::<QualifiedName>().map(|name| format!("type {name}")));
        }
        if let Some(name) = row.try_get::<Option<String>, _>("needed_table")? {
            let table: QualifiedName = name.parse()?;
            if let Some(column) = row.try_get::<Option<String>, _>("needed_column")? {
                let column = schema_model::split_dotted(&column).concat();
                needed.insert(format!("column {table}.{}", Identifier::new(column)?));
            }
            needed.insert(format!("table {table}"));
        }
    }
    let needs: Vec<(String, BTreeSet<String>)> = needs.into_iter().map(|(key, needed)| (key.clone(), needed)).collect();
    for (key, needed) in needs {
        if let Some(object) = objects.get_mut(&key) {
            object.needs.extend(needed.into_iter().filter(|needed| *needed != key));
        }
    }
    Ok(())
}
