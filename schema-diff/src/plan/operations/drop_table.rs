//! A table that is no longer declared: dropped in the contract, by consent.

use schema_model::Table;

use crate::phase::Part;
use crate::plan::Context;
use crate::plan::answer::{Consent, Obstacle, short_name};
use crate::plan::hazard::{Hazard, HazardKind};
use crate::plan::operation::{Operation, Steps};
use crate::plan::step::{Deed, Order, Step};

pub(super) struct DropTable<'a>(pub(super) &'a Table);

impl Operation for DropTable<'_> {
    fn steps(&self, context: &Context<'_>) -> Steps {
        let name = &self.0.name;
        let flag = format!("drop:{}", short_name(name, None));
        if !context.answers.allows(&flag) {
            let text = format!("the table {name} is no longer declared: its rows would be lost");
            return Err(vec![Obstacle::Consent(Consent { flag, text })]);
        }
        for column in &self.0.columns {
            context.refuse_dependents(name, &column.name)?;
        }
        let hazard = Hazard::new(HazardKind::DataLoss, format!("the rows of {name} go for good"));
        let deeds = vec![Deed::DropTable { table: name.clone(), references: context.referenced_tables(name, None) }];
        Ok(vec![Step::contract(Part::Switch, Order::Drop, format!("drop table {name}"), deeds).with_hazards([hazard])])
    }
}
