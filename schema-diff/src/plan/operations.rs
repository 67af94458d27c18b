//! The only list of operations: which one makes which change.

mod add_column;
mod add_constraint;
mod add_table;
mod aside;
pub(super) mod behind_view;
pub(super) mod bodies;
mod change_type;
mod comment;
mod compiled;
mod conversion;
mod domain;
mod drop_column;
mod drop_constraint;
mod drop_table;
mod enum_type;
mod generated;
mod implied;
mod new_form;
mod not_null;
mod numbering;
mod object;
pub(super) mod on_partitions;
mod partitioned;
mod primary_key;
mod promoted_index;
mod rename_column;
mod rename_constraint;
mod rename_table;
mod replace_object;
mod said_of;
mod set_default;
mod setting;
mod split_column;
pub(super) mod swap_column;
mod swap_computed;
pub(super) mod swap_enum;
mod sync_names;
mod two_way;
mod upsert;
mod validate_constraint;
mod written_anew;

pub(super) use compiled::bodies as bodies_of;
pub(super) use drop_constraint::falling_with;
pub(super) use object::{may_use, names_in_text};

use super::operation::Operation;

use crate::change::{Change, ColumnChange, ConstraintChange};

/// The operation that makes a change.
pub(super) fn operation_for(change: &Change) -> Box<dyn Operation + '_> {
    match change {
        Change::AddNamespace(name) => Box::new(enum_type::AddNamespace(name)),
        Change::AddEnum(enum_type) => Box::new(enum_type::AddEnum(enum_type)),
        Change::DropEnum(enum_type) => Box::new(enum_type::DropEnum(enum_type)),
        Change::AddEnumValue { name, value, before } => {
            Box::new(enum_type::AddEnumValue { name, value, before: before.as_deref() })
        }
        Change::SetEnumValues { from, to } => Box::new(swap_enum::SetEnumValues { from, to }),
        Change::SetEnumComment { name, comment } => {
            Box::new(comment::CommentOnEnum { name, comment: comment.as_deref() })
        }
        Change::AddTable(table) => Box::new(add_table::AddTable(table)),
        Change::DropTable(table) => Box::new(drop_table::DropTable(table)),
        Change::SetTableComment { table, comment } => {
            Box::new(comment::CommentOnTable { table, comment: comment.as_deref() })
        }
        Change::RenameTable { from, to } => Box::new(rename_table::RenameTable { from, to }),
        Change::SetPrimaryKey { table, from, to } => {
            Box::new(primary_key::SetPrimaryKey { table, from: from.as_ref(), to: to.as_ref() })
        }
        Change::SetStorageParameters { table, from, to } => Box::new(setting::SetStorageParameters { table, from, to }),
        Change::SetLogged { table, logged } => Box::new(setting::SetLogged { table, logged: *logged }),
        Change::AddPartition { table, partition } => Box::new(partitioned::AddPartition { table, partition }),
        Change::DetachPartition { table, partition } => Box::new(partitioned::DetachPartition { table, partition }),
        Change::AddObject(object) => Box::new(object::AddObject(object)),
        Change::DropObject(object) => Box::new(object::DropObject(object)),
        Change::ReplaceObject { from, to } => Box::new(replace_object::ReplaceObject { from, to }),
        Change::Column { table, change } => match change {
            ColumnChange::Add(column) => Box::new(add_column::AddColumn { table, column }),
            ColumnChange::Drop(column) => Box::new(drop_column::DropColumn { table, column }),
            ColumnChange::Rename { from, to } => Box::new(rename_column::RenameColumn { table, from, to }),
            ColumnChange::SetType { from, to } => Box::new(change_type::ChangeType { table, from, to }),
            ColumnChange::SetNotNull(column) => Box::new(not_null::SetNotNull { table, column }),
            ColumnChange::DropNotNull(column) => Box::new(not_null::DropNotNull { table, column }),
            ColumnChange::SetDefault { column, default } => {
                Box::new(set_default::SetDefault { table, column, default })
            }
            ColumnChange::DropDefault(column) => Box::new(set_default::DropDefault { table, column }),
            ColumnChange::SetNumbering { from, to } => Box::new(numbering::SetNumbering { table, from, to }),
            ColumnChange::SetGenerated { from, to } => Box::new(generated::SetGenerated { table, from, to }),
            ColumnChange::SetSettings { from, column } => Box::new(setting::SetSettings { table, from, column }),
            ColumnChange::SetComment(column) => Box::new(comment::CommentOnColumn { table, column }),
        },
        Change::Constraint { table, change } => match change {
            ConstraintChange::Add(constraint) => Box::new(add_constraint::AddConstraint { table, constraint }),
            ConstraintChange::Drop(constraint) => Box::new(drop_constraint::DropConstraint { table, constraint }),
            ConstraintChange::Rename { kind, from, to } => {
                Box::new(rename_constraint::RenameConstraint { table, kind, from, to })
            }
            ConstraintChange::Validate(constraint) => {
                Box::new(validate_constraint::ValidateConstraint { table, constraint })
            }
        },
    }
}
