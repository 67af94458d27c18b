//! NOT NULL set again on the way back. The new release may have written NULL: that is counted before anything is taken back.
//! Then a valid check proves that there is none, so that no scan runs under a strong lock.

use schema_model::{Check, Expression, Identifier, QualifiedName};

use crate::change::TableConstraint;
use crate::phase::Phase;
use crate::plan::name::fitted;
use crate::plan::step::{ColumnDeed, Deed, Order, Step};

/// The steps before, where a deed sets NOT NULL; their titles begin with that of the step whose part they are.
pub(super) fn proof(deed: &Deed, title: &str) -> Vec<Step> {
    let Some((table, column)) = set_not_null(deed) else { return Vec::new() };
    let check = check_name(table, column);
    let constraint = TableConstraint::Check(Check {
        name: Some(check.clone()),
        expression: Expression::declared(format!("{column} IS NOT NULL")),
        column: Some(column.clone()),
        no_inherit: false,
        not_valid: false,
    });
    let count = Deed::GateValid { table: table.clone(), constraint };
    let announce =
        Deed::Column { table: table.clone(), column: column.clone(), deed: ColumnDeed::AddNotNullCheck(check.clone()) };
    let verify = Deed::ValidateConstraint { table: table.clone(), name: check, references: None };
    let step = |what: &str, deed| Step::new(Phase::Undo, Order::Gate, format!("{title}: {what}"), vec![deed]);
    vec![
        step(&format!("rows of {table} in which {column} is NULL"), count),
        step("announce NOT NULL", announce),
        step("verify NOT NULL", verify),
    ]
}

/// The deed itself, with the end of the check that proves it.
pub(super) fn proven(deed: Deed) -> Vec<Deed> {
    let drop = set_not_null(&deed).map(|(table, column)| Deed::DropConstraint {
        table: table.clone(),
        name: check_name(table, column),
        references: None,
    });
    std::iter::once(deed).chain(drop).collect()
}

fn set_not_null(deed: &Deed) -> Option<(&QualifiedName, &Identifier)> {
    match deed {
        Deed::Column { table, column, deed: ColumnDeed::SetNotNull } => Some((table, column)),
        _ => None,
    }
}

fn check_name(table: &QualifiedName, column: &Identifier) -> Identifier {
    fitted(&[table.name.as_str(), column.as_str()], "filled")
}
