//! How the server keeps a table's rows and a column's values: metadata, which holds for what is written from now on.

use schema_model::{Column, QualifiedName, Settings};

use crate::phase::Phase;
use crate::plan::Context;
use crate::plan::answer::{Consent, Obstacle, short_name};
use crate::plan::hazard::{Hazard, HazardKind};
use crate::plan::operation::{Operation, Steps};
use crate::plan::step::{ColumnDeed, Deed, Order, Resetting, Step};

pub(super) struct SetStorageParameters<'a> {
    pub(super) table: &'a QualifiedName,
    pub(super) from: &'a [String],
    pub(super) to: &'a [String],
}

impl Operation for SetStorageParameters<'_> {
    fn steps(&self, _: &Context<'_>) -> Steps {
        let name = |parameter: &String| parameter.split('=').next().unwrap_or_default().to_owned();
        let stays: Vec<String> = self.to.iter().map(name).collect();
        let deed = Deed::SetStorageParameters {
            table: self.table.clone(),
            set: self.to.iter().filter(|parameter| !self.from.contains(parameter)).cloned().collect(),
            reset: self.from.iter().map(name).filter(|name| !stays.contains(name)).collect(),
        };
        Ok(vec![step(format!("set storage parameters of {}", self.table), deed)])
    }
}

pub(super) struct SetSettings<'a> {
    pub(super) table: &'a QualifiedName,
    pub(super) from: &'a Settings,
    pub(super) column: &'a Column,
}

impl Operation for SetSettings<'_> {
    fn steps(&self, _: &Context<'_>) -> Steps {
        let deed = Deed::Column {
            table: self.table.clone(),
            column: self.column.name.clone(),
            deed: ColumnDeed::Set(Box::new(Resetting {
                from: self.from.clone(),
                to: self.column.settings.clone(),
                sql_type: self.column.sql_type.clone(),
            })),
        };
        Ok(vec![step(format!("change how {}.{} is kept", self.table, self.column.name), deed)])
    }
}

/// The server writes the whole table anew for that.
pub(super) struct SetLogged<'a> {
    pub(super) table: &'a QualifiedName,
    pub(super) logged: bool,
}

impl Operation for SetLogged<'_> {
    fn steps(&self, context: &Context<'_>) -> Steps {
        let (table, logged) = (self.table, self.logged);
        let (word, loss) = match logged {
            true => ("logged", ""),
            false => (
                "unlogged",
                ", and from then on a crash of the server empties it, standbys don't have its rows, and it can't be published",
            ),
        };
        let flag = format!("rewrite:{}", short_name(table, None));
        let text = format!(
            "{table} is to be {word}: the server writes the whole table anew under a lock that blocks readers and writers{loss}"
        );
        if !context.answers.allows(&flag) {
            return Err(vec![Obstacle::Consent(Consent { flag, text })]);
        }
        let deed = Deed::SetLogged { table: table.clone(), logged };
        Ok(vec![step(format!("make {table} {word}"), deed).with_hazards([Hazard::new(HazardKind::Rewrite, text)])])
    }
}

fn step(title: String, deed: Deed) -> Step {
    Step::new(Phase::Expand, Order::Attribute, title, vec![deed])
}
