//! A table under another name: a view has the new name until the old one is free for it.

use schema_model::{ObjectKind, QualifiedName};

use crate::phase::{Part, Phase};
use crate::plan::Context;
use crate::plan::answer::Obstacle;
use crate::plan::hazard::{Hazard, HazardKind};
use crate::plan::operation::{Operation, Steps};
use crate::plan::step::{Deed, Order, Step};

pub(super) struct RenameTable<'a> {
    pub(super) from: &'a QualifiedName,
    pub(super) to: &'a QualifiedName,
}

impl Operation for RenameTable<'_> {
    fn steps(&self, context: &Context<'_>) -> Steps {
        self.refuse_row_security(context)?;
        let (from, to) = (self.from, self.to);
        let text = format!(
            "until the contract {to} is a view: COPY, ON CONFLICT ON CONSTRAINT, TRUNCATE and pg_get_serial_sequence fail on it, and sqlx's macros read its columns as nullable"
        );
        let view = Deed::CreateView { view: to.clone(), table: from.clone() };
        let expand = Step::new(Phase::Expand, Order::Column, format!("put a view {to} over {from}"), vec![view])
            .with_hazards([Hazard::new(HazardKind::Renamed, text)]);
        let deeds = vec![
            Deed::DropView { view: to.clone(), table: from.clone() },
            Deed::RenameTable { from: from.clone(), to: to.clone() },
        ];
        let text = format!("from here on {from} is gone: the old release fails");
        let switch = Step::contract(Part::Switch, Order::Rename, format!("rename {from} to {to}"), deeds)
            .with_hazards([Hazard::new(HazardKind::Renamed, text)]);
        Ok(vec![expand, switch])
    }
}

impl RenameTable<'_> {
    /// A view runs as its owner, whom row-level security doesn't bind.
    fn refuse_row_security(&self, context: &Context<'_>) -> Result<(), Vec<Obstacle>> {
        let secured = context.from.objects.values().any(|object| {
            matches!(object.kind, ObjectKind::RowSecurity | ObjectKind::Policy)
                && object.table.as_ref() == Some(self.from)
        });
        if !secured {
            return Ok(());
        }
        Err(vec![Obstacle::Unhandled {
            object: self.from.to_string(),
            what: "it has row-level security, which a view under the new name would pass by: write the renaming by hand (cargo schema new)".to_owned(),
        }])
    }
}
