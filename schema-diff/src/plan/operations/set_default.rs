//! Defaults: a new one is set in expand, an old one goes in the contract, when nobody relies on it any more.

use schema_model::{Column, Expression, QualifiedName};

use crate::phase::{Part, Phase};
use crate::plan::Context;
use crate::plan::operation::{Operation, Steps};
use crate::plan::step::{ColumnDeed, Deed, Order, Step};

pub(super) struct SetDefault<'a> {
    pub(super) table: &'a QualifiedName,
    pub(super) column: &'a Column,
    pub(super) default: &'a Expression,
}

impl Operation for SetDefault<'_> {
    fn steps(&self, _: &Context<'_>) -> Steps {
        let deeds = vec![Deed::Column {
            table: self.table.clone(),
            column: self.column.name.clone(),
            deed: ColumnDeed::SetDefault(self.default.clone()),
        }];
        let title = format!("set default of {}.{}", self.table, self.column.name);
        Ok(vec![Step::new(Phase::Expand, Order::Attribute, title, deeds)])
    }
}

pub(super) struct DropDefault<'a> {
    pub(super) table: &'a QualifiedName,
    pub(super) column: &'a Column,
}

impl Operation for DropDefault<'_> {
    fn steps(&self, _: &Context<'_>) -> Steps {
        let deeds = vec![Deed::Column {
            table: self.table.clone(),
            column: self.column.name.clone(),
            deed: ColumnDeed::DropDefault,
        }];
        let title = format!("drop default of {}.{}", self.table, self.column.name);
        Ok(vec![Step::contract(Part::Switch, Order::Attribute, title, deeds)])
    }
}
