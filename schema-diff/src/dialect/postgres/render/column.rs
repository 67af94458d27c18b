//! What is done to a column.

use schema_model::{Column, Identifier, QualifiedName};

use super::{Rendered, numbering, quote, table};
use crate::dialect::postgres::types::own_storage;
use crate::inspection::ColumnFacts;
use crate::plan::step::{ColumnDeed, Resetting};
use crate::statement::{LockMode, Work};

pub(super) fn render(table: &QualifiedName, column: &Identifier, deed: &ColumnDeed) -> Rendered {
    let target = quote::qualified(table);
    let name = quote::name(column);
    let alter = |action: String| {
        Rendered::new(format!("ALTER TABLE {target} {action}")).locking(table, LockMode::AccessExclusive)
    };
    match deed {
        ColumnDeed::Add { column, bare, written_anew } => {
            let work = if *written_anew { Work::Rewrite } else { Work::None };
            alter(format!("ADD COLUMN {}", definition(column, *bare))).working(work)
        }
        ColumnDeed::Drop { references } => {
            let rendered = alter(format!("DROP COLUMN {name}"));
            references.iter().fold(rendered, |rendered, other| rendered.locking(other, LockMode::AccessExclusive))
        }
        ColumnDeed::SetDefault(default) => alter(format!("ALTER COLUMN {name} SET DEFAULT {}", default.canonical())),
        ColumnDeed::DropDefault => alter(format!("ALTER COLUMN {name} DROP DEFAULT")),
        ColumnDeed::DropExpression => alter(format!("ALTER COLUMN {name} DROP EXPRESSION")),
        ColumnDeed::SetNotNull => alter(format!("ALTER COLUMN {name} SET NOT NULL")),
        ColumnDeed::DropNotNull => alter(format!("ALTER COLUMN {name} DROP NOT NULL")),
        ColumnDeed::AddNotNullCheck(check) => {
            alter(format!("ADD CONSTRAINT {} CHECK ({name} IS NOT NULL) NOT VALID", quote::name(check)))
        }
        ColumnDeed::SetType { sql_type, joined } => {
            let rendered = alter(format!("ALTER COLUMN {name} TYPE {sql_type}"));
            joined.iter().fold(rendered, |rendered, other| rendered.locking(other, LockMode::AccessExclusive))
        }
        ColumnDeed::Comment(comment) => {
            Rendered::new(table::comment_on("COLUMN", &format!("{target}.{name}"), comment.as_deref()))
                .locking(table, LockMode::ShareUpdateExclusive)
        }
        ColumnDeed::RenameTo(other) => alter(format!("RENAME COLUMN {name} TO {}", quote::name(other))),
        ColumnDeed::Renumber(way) => numbering::render(table, column, way),
        ColumnDeed::BeginNumbering { identity, sql_type, until_the_switch } => {
            numbering::begin(table, column, (identity, sql_type), *until_the_switch)
        }
        ColumnDeed::Set(way) => set(table, column, way),
        ColumnDeed::KeepAs { source, facts } => keep_as(table, column, source, facts),
        ColumnDeed::ReleaseSequence { sequence, owned, default } => {
            let mut rendered = Rendered::default().locking(table, LockMode::AccessExclusive);
            if !default {
                rendered.statements.push(format!("ALTER TABLE {target} ALTER COLUMN {name} DROP DEFAULT"));
            }
            if !owned {
                rendered.statements.push(format!("ALTER SEQUENCE {} OWNED BY NONE", quote::qualified(sequence)));
            }
            rendered
        }
        ColumnDeed::TakeIdentity { from, to } => numbering::take_over(table, column, from, to),
        ColumnDeed::TakeSequence(sequence) => {
            let mut rendered = alter(format!("ALTER COLUMN {name} SET DEFAULT {}", table::nextval(sequence)));
            rendered.statements.push(format!("ALTER SEQUENCE {} OWNED BY {target}.{name}", quote::qualified(sequence)));
            rendered
        }
    }
}

/// A bare column takes NULL and has no default: a default in ADD COLUMN would mark all rows as filled.
fn definition(column: &Column, bare: bool) -> String {
    if !bare {
        return table::column_definition(column, None);
    }
    let bare = Column { nullable: true, default: None, identity: None, ..column.clone() };
    table::column_definition(&bare, None)
}

/// The settings that differ. The type's own storage mode has a word of its own only from 16 on, so it is named.
fn set(table: &QualifiedName, column: &Identifier, way: &Resetting) -> Rendered {
    let Resetting { from, to, sql_type } = way;
    let alter = |what: String| {
        format!("ALTER TABLE {} ALTER COLUMN {} SET {what}", quote::qualified(table), quote::name(column))
    };
    let own = own_storage(sql_type).unwrap_or("EXTENDED");
    let mut rendered = Rendered::default();
    let mut mode = LockMode::ShareUpdateExclusive;
    if from.statistics != to.statistics {
        rendered.statements.push(alter(format!("STATISTICS {}", to.statistics.unwrap_or(-1))));
    }
    if from.storage != to.storage {
        rendered.statements.push(alter(format!("STORAGE {}", to.storage.as_deref().unwrap_or(own))));
        mode = LockMode::AccessExclusive;
    }
    if from.compression != to.compression {
        rendered.statements.push(alter(format!("COMPRESSION {}", to.compression.as_deref().unwrap_or("default"))));
        mode = LockMode::AccessExclusive;
    }
    rendered.locking(table, mode)
}

/// What the source has beside its definition: how its values are kept, and who may do what with it.
fn keep_as(table: &QualifiedName, column: &Identifier, source: &Column, facts: &ColumnFacts) -> Rendered {
    let target = quote::qualified(table);
    let own = Column { name: column.clone(), ..source.clone() };
    let mut rendered = Rendered { statements: table::settings(&target, &own), ..Rendered::default() };
    if !rendered.statements.is_empty() {
        rendered = rendered.locking(table, settings_lock(source));
    }
    let name = quote::name(column);
    for grant in facts.privileges.iter().flat_map(|privileges| grants(privileges, &target, &name)) {
        rendered.statements.push(grant);
    }
    rendered
}

/// Statistics targets block nobody; storage and compression do.
fn settings_lock(column: &Column) -> LockMode {
    if column.settings.storage.is_some() || column.settings.compression.is_some() {
        LockMode::AccessExclusive
    } else {
        LockMode::ShareUpdateExclusive
    }
}

/// Column privileges as GRANT statements, from the text form of `aclitem[]`: `{app=rw/owner,"some one=r*/owner"}`.
fn grants(privileges: &str, target: &str, name: &str) -> Vec<String> {
    let inner = privileges.trim_start_matches('{').trim_end_matches('}');
    acl_items(inner).iter().flat_map(|item| grant(item, target, name)).collect()
}

fn acl_items(inner: &str) -> Vec<String> {
    let mut items = vec![String::new()];
    let (mut quoted, mut characters) = (false, inner.chars());
    while let Some(c) = characters.next() {
        let item = items.last_mut().expect("there is always an item");
        match c {
            '\\' => item.extend(characters.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => items.push(String::new()),
            other => item.push(other),
        }
    }
    items
}

fn grant(item: &str, target: &str, name: &str) -> Vec<String> {
    let Some((grantee, rest)) = item.rsplit_once('=') else { return Vec::new() };
    let rights = rest.split('/').next().unwrap_or_default();
    let grantee = match grantee.trim_matches('"') {
        "" => "PUBLIC".to_owned(),
        role => Identifier::new(role.replace("\"\"", "\"")).map_or_else(|_| role.to_owned(), |role| quote::name(&role)),
    };
    let letters: Vec<char> = rights.chars().collect();
    let words = letters.iter().enumerate().filter_map(|(at, letter)| {
        let word = match letter {
            'r' => "SELECT",
            'a' => "INSERT",
            'w' => "UPDATE",
            'x' => "REFERENCES",
            _ => return None,
        };
        let option = if letters.get(at + 1) == Some(&'*') { " WITH GRANT OPTION" } else { "" };
        Some(format!("GRANT {word} ({name}) ON {target} TO {grantee}{option}"))
    });
    words.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn privileges_become_grants() {
        assert_eq!(
            grants("{app=rw*/owner,=r/owner,\"\\\"my app\\\"=a/owner\"}", "s.t", "c"),
            [
                "GRANT SELECT (c) ON s.t TO app",
                "GRANT UPDATE (c) ON s.t TO app WITH GRANT OPTION",
                "GRANT SELECT (c) ON s.t TO PUBLIC",
                "GRANT INSERT (c) ON s.t TO \"my app\"",
            ]
        );
    }
}
