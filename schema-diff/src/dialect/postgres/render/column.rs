//! What is done to a column.

use schema_model::{Column, Identifier, QualifiedName};

use super::{Rendered, quote, table};
use crate::inspection::ColumnFacts;
use crate::plan::step::ColumnDeed;
use crate::statement::LockMode;

pub(super) fn render(table: &QualifiedName, column: &Identifier, deed: &ColumnDeed) -> Rendered {
    let target = quote::qualified(table);
    let name = quote::name(column);
    let alter = |action: String| {
        Rendered::new(format!("ALTER TABLE {target} {action}")).locking(table, LockMode::AccessExclusive)
    };
    match deed {
        ColumnDeed::Add { column, bare } => alter(format!("ADD COLUMN {}", definition(column, *bare))),
        ColumnDeed::Drop { references } => {
            let rendered = alter(format!("DROP COLUMN {name}"));
            references.iter().fold(rendered, |rendered, other| rendered.locking(other, LockMode::AccessExclusive))
        }
        ColumnDeed::SetDefault(default) => alter(format!("ALTER COLUMN {name} SET DEFAULT {}", default.canonical())),
        ColumnDeed::DropDefault => alter(format!("ALTER COLUMN {name} DROP DEFAULT")),
        ColumnDeed::SetNotNull => alter(format!("ALTER COLUMN {name} SET NOT NULL")),
        ColumnDeed::DropNotNull => alter(format!("ALTER COLUMN {name} DROP NOT NULL")),
        ColumnDeed::AddNotNullCheck(check) => {
            alter(format!("ADD CONSTRAINT {} CHECK ({name} IS NOT NULL) NOT VALID", quote::name(check)))
        }
        ColumnDeed::SetType(sql_type) => alter(format!("ALTER COLUMN {name} TYPE {sql_type}")),
        ColumnDeed::Comment(comment) => {
            Rendered::new(table::comment_on("COLUMN", &format!("{target}.{name}"), comment.as_deref()))
                .locking(table, LockMode::ShareUpdateExclusive)
        }
        ColumnDeed::CopyFacts { facts } => copy_facts(table, &target, &name, facts),
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

fn copy_facts(table: &QualifiedName, target: &str, name: &str, facts: &ColumnFacts) -> Rendered {
    let mut rendered = Rendered::default();
    if let Some(storage) = &facts.storage {
        rendered.statements.push(format!("ALTER TABLE {target} ALTER COLUMN {name} SET STORAGE {storage}"));
        rendered = rendered.locking(table, LockMode::AccessExclusive);
    }
    if let Some(statistics) = facts.statistics_target {
        rendered.statements.push(format!("ALTER TABLE {target} ALTER COLUMN {name} SET STATISTICS {statistics}"));
    }
    for grant in facts.privileges.iter().flat_map(|privileges| grants(privileges, target, name)) {
        rendered.statements.push(grant);
    }
    rendered
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
