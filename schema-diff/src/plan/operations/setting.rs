//! How the server keeps a table's rows and a column's values: metadata, which holds for what is written from now on.

use schema_model::{Column, QualifiedName, Settings};

use crate::phase::Phase;
use crate::plan::Context;
use crate::plan::operation::{Operation, Steps};
use crate::plan::step::{ColumnDeed, Deed, Order, Step};

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
            deed: ColumnDeed::Set {
                from: self.from.clone(),
                to: self.column.settings.clone(),
                sql_type: self.column.sql_type.clone(),
            },
        };
        Ok(vec![step(format!("change how {}.{} is kept", self.table, self.column.name), deed)])
    }
}

fn step(title: String, deed: Deed) -> Step {
    Step::new(Phase::Expand, Order::Attribute, title, vec![deed])
}
