//! Namespaces and enum types: made in expand, further labels too; a type goes when its last column is gone.

use schema_model::{EnumType, Identifier, QualifiedName};

use crate::phase::{Part, Phase};
use crate::plan::Context;
use crate::plan::answer::{Consent, Obstacle, short_name};
use crate::plan::hazard::{Hazard, HazardKind};
use crate::plan::operation::{Operation, Steps};
use crate::plan::step::{Deed, Order, Step};
use crate::postcondition::{ObjectState, Postcondition};

pub(super) struct AddNamespace<'a>(pub(super) &'a Identifier);

impl Operation for AddNamespace<'_> {
    fn steps(&self, _: &Context<'_>) -> Steps {
        let deeds = vec![Deed::CreateNamespace(self.0.clone())];
        Ok(vec![Step::new(Phase::Expand, Order::Namespace, format!("create namespace {}", self.0), deeds)])
    }
}

pub(super) struct AddEnum<'a>(pub(super) &'a EnumType);

impl Operation for AddEnum<'_> {
    fn steps(&self, _: &Context<'_>) -> Steps {
        let deeds = vec![Deed::CreateEnum(self.0.clone())];
        let step = Step::new(Phase::Expand, Order::Type, format!("create enum type {}", self.0.name), deeds)
            .done_when(Postcondition::Object(ObjectState::TypeExists(self.0.name.clone())));
        Ok(vec![step])
    }
}

pub(super) struct DropEnum<'a>(pub(super) &'a EnumType);

impl Operation for DropEnum<'_> {
    fn steps(&self, context: &Context<'_>) -> Steps {
        let flag = format!("drop:{}", short_name(&self.0.name, None));
        if !context.answers.allows(&flag) {
            let text = format!("the enum type {} is no longer declared", self.0.name);
            return Err(vec![Obstacle::Consent(Consent { flag, text })]);
        }
        let deeds = vec![Deed::DropEnum(self.0.name.clone())];
        Ok(vec![Step::contract(Part::Switch, Order::DropType, format!("drop enum type {}", self.0.name), deeds)])
    }
}

pub(super) struct AddEnumValue<'a> {
    pub(super) name: &'a QualifiedName,
    pub(super) value: &'a str,
    pub(super) before: Option<&'a str>,
}

impl Operation for AddEnumValue<'_> {
    fn steps(&self, context: &Context<'_>) -> Steps {
        let labels = context.to.enums.get(self.name).map(|new| new.values.as_slice()).unwrap_or_default();
        let place = labels.iter().position(|label| label == self.value).unwrap_or_default();
        let deeds = vec![Deed::AddEnumValue {
            name: self.name.clone(),
            value: self.value.to_owned(),
            before: self.before.map(str::to_owned),
        }];
        let hazard = Hazard::new(
            HazardKind::EnumValue,
            format!("the old release can't decode '{}': nothing may write it before that release is gone", self.value),
        );
        let title = format!("add value '{}' to enum type {}", self.value, self.name);
        Ok(vec![Step::new(Phase::Expand, Order::Label(place), title, deeds).with_hazards([hazard])])
    }
}
