//! A table under another name: a view has the new name until the old one is free for it.

use schema_model::QualifiedName;

use super::behind_view::BehindView;
use crate::plan::Context;
use crate::plan::operation::{Operation, Steps};

pub(super) struct RenameTable<'a> {
    pub(super) from: &'a QualifiedName,
    pub(super) to: &'a QualifiedName,
}

impl Operation for RenameTable<'_> {
    fn steps(&self, context: &Context<'_>) -> Steps {
        BehindView::of_table(context, self.from, self.to).steps(context)
    }
}
