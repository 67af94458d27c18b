//! What is done to a domain that columns have.

use schema_model::{Domain, QualifiedName, SqlObject};

use super::{Rendered, quote};
use crate::plan::step::DomainDeed;
use crate::statement::{LockMode, Work};

/// Where values are checked that are there, every table that has the domain is read under a lock that blocks writers, also
/// by VALIDATE CONSTRAINT (measured on 12 and 18).
pub(super) fn render(domain: &SqlObject, tables: &[QualifiedName], deed: &DomainDeed) -> Rendered {
    let alter = |what: String| Rendered::new(format!("ALTER DOMAIN {} {what}", domain.name));
    let reading = |rendered: Rendered| {
        tables.iter().fold(rendered, |rendered, table| rendered.locking(table, LockMode::Share)).working(Work::Scan)
    };
    match deed {
        DomainDeed::SetDefault(default) => alter(format!("SET DEFAULT {default}")),
        DomainDeed::DropDefault => alter("DROP DEFAULT".to_owned()),
        DomainDeed::SetNotNull => reading(alter("SET NOT NULL".to_owned())),
        DomainDeed::DropNotNull => alter("DROP NOT NULL".to_owned()),
        DomainDeed::AddCheck { name, definition, not_valid } => {
            let definition = definition.strip_suffix(Domain::NOT_VALID).unwrap_or(definition);
            let add = format!("ADD CONSTRAINT {} {definition}", quote::name(name));
            if *not_valid { alter(format!("{add}{}", Domain::NOT_VALID)) } else { reading(alter(add)) }
        }
        DomainDeed::ValidateCheck(name) => reading(alter(format!("VALIDATE CONSTRAINT {}", quote::name(name)))),
        DomainDeed::DropCheck(name) => alter(format!("DROP CONSTRAINT {}", quote::name(name))),
    }
}
