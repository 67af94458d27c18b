//! Comments.

use schema_model::{Column, QualifiedName};

use crate::phase::Phase;
use crate::plan::Context;
use crate::plan::operation::{Operation, Steps};
use crate::plan::step::{ColumnDeed, Deed, Order, Step};

pub(super) struct CommentOnEnum<'a> {
    pub(super) name: &'a QualifiedName,
    pub(super) comment: Option<&'a str>,
}

impl Operation for CommentOnEnum<'_> {
    fn steps(&self, _: &Context<'_>) -> Steps {
        let deed = Deed::CommentOnEnum(self.name.clone(), self.comment.map(str::to_owned));
        Ok(vec![step(format!("comment on enum type {}", self.name), deed)])
    }
}

pub(super) struct CommentOnTable<'a> {
    pub(super) table: &'a QualifiedName,
    pub(super) comment: Option<&'a str>,
}

impl Operation for CommentOnTable<'_> {
    fn steps(&self, _: &Context<'_>) -> Steps {
        let deed = Deed::CommentOnTable(self.table.clone(), self.comment.map(str::to_owned));
        Ok(vec![step(format!("comment on table {}", self.table), deed)])
    }
}

pub(super) struct CommentOnColumn<'a> {
    pub(super) table: &'a QualifiedName,
    pub(super) column: &'a Column,
}

impl Operation for CommentOnColumn<'_> {
    fn steps(&self, _: &Context<'_>) -> Steps {
        let deed = Deed::Column {
            table: self.table.clone(),
            column: self.column.name.clone(),
            deed: ColumnDeed::Comment(self.column.comment.clone()),
        };
        Ok(vec![step(format!("comment on column {}.{}", self.table, self.column.name), deed)])
    }
}

fn step(title: String, deed: Deed) -> Step {
    Step::new(Phase::Expand, Order::Attribute, title, vec![deed])
}
