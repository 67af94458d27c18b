//! Views, functions, triggers and the like in another form: in their place, beside the old one, or when that has gone.

use std::collections::BTreeSet;

use schema_model::{ObjectKind, QualifiedName, SqlObject};

use super::change_type::{is_remade_with_a_column, is_retyped_in_the_switch};
use super::domain::ChangeDomain;
use super::object::{
    drop_order, exclusion, is_remade_with_others, kept, leans_on_what_goes, locks_for_long, made_late,
    old_form_until_then, order, phase, position, refuse_functions_in_use, refuse_text_search_in_use,
    refuse_types_in_use, refuse_what_cannot_be_made, unhandled,
};
use super::partitioned::comes_in_the_switch;
use super::{aside, behind_view};
use crate::phase::{Part, Phase};
use crate::plan::Context;
use crate::plan::hazard::{Hazard, HazardKind};
use crate::plan::operation::{Operation, Steps};
use crate::plan::step::{Deed, Order, Step};

pub(super) struct ReplaceObject<'a> {
    pub(super) from: &'a SqlObject,
    pub(super) to: &'a SqlObject,
}

impl Operation for ReplaceObject<'_> {
    fn steps(&self, context: &Context<'_>) -> Steps {
        let (from, to) = (self.from, self.to);
        refuse_what_cannot_be_made(to, "it differs")?;
        if to.kind == ObjectKind::Extension {
            return update_extension(from, to, context);
        }
        if let Some(domain) = ChangeDomain::of(context, from, to) {
            return domain.steps(context);
        }
        refuse_types_in_use(from, context.from)?;
        // What comes in expand would have the old one.
        if !comes_in_expand(from, to, context) {
            refuse_types_in_use(from, context.to)?;
        }
        refuse_functions_in_use(from, to, context)?;
        refuse_text_search_in_use(from, context)?;
        if is_remade_with_a_column(from, context) {
            return Ok(Vec::new());
        }
        if to.kind.is_said_of_another() && awaits_a_late_form(to, context) {
            return Ok(made_late(to, context));
        }
        let title = format!("replace {} {}", to.kind, to.name);
        let late = Order::Late(position(&to.key(), context.to));
        let beside = to.name.parse::<QualifiedName>().ok().filter(|_| to.kind == ObjectKind::MaterializedView);
        if let Some(name) = beside.filter(|_| !leans_on_what_goes(from, context)) {
            return Ok(self.built_beside(context, &name, title, late));
        }
        let deed = Deed::ReplaceObject { from: Box::new(from.clone()), to: Box::new(to.clone()) };
        if locks_for_long(to, context) {
            return exclusion(to, context, title, deed);
        }
        let with_others = is_remade_with_others(from, context);
        if let Some(changes) = behind_view::stands_before(context, [from, to]).filter(|_| !with_others) {
            let order = if changes { Order::Leaning(position(&to.key(), context.to)) } else { late };
            return Ok(vec![Step::contract(Part::Switch, order, title, vec![deed])]);
        }
        if comes_in_expand(from, to, context) {
            if goes_with_its_function(from, to, context) {
                return Ok(Vec::new());
            }
            let mut deeds = vec![deed];
            if !to.keeps_its_place(from) {
                deeds.extend(kept(from, context));
            }
            if !is_new_body(from, to) {
                return Ok(vec![Step::new(phase(to, context), order(to, context.to), title, deeds)]);
            }
            // Whatever needs the function has it; what its new form needs, as a column, comes before.
            deeds.extend(triggers_of(to, context));
            return Ok(vec![Step::new(phase(to, context), late, title, deeds)]);
        }
        let mut create = vec![Deed::CreateObject(Box::new(to.clone()))];
        create.extend(kept(from, context));
        let create = Step::contract(Part::Switch, late, title, create).with_hazards([old_form_until_then(to)]);
        Ok(vec![self.drop_old(context), create])
    }
}

impl ReplaceObject<'_> {
    fn drop_old(&self, context: &Context<'_>) -> Step {
        let from = self.from;
        let title = format!("drop {} {}", from.kind, from.name);
        let deeds = vec![Deed::DropObject(Box::new(from.clone()))];
        Step::contract(Part::Switch, drop_order(from, context.from), title, deeds)
    }

    /// Building one takes as long as its query, and nobody could read it meanwhile: so it is built under a name aside, and
    /// the two are exchanged in a moment.
    fn built_beside(&self, context: &Context<'_>, name: &QualifiedName, title: String, late: Order) -> Vec<Step> {
        let (from, to) = (self.from, self.to);
        let beside = aside::relation(context, name, "new");
        let build = format!("build {} beside {}", beside.name, to.name);
        let built = vec![Deed::CreateBeside { object: Box::new(to.clone()), beside: beside.clone() }];
        let drop = Deed::DropObject(Box::new(from.clone()));
        let take = Deed::TakePlace { object: Box::new(to.clone()), beside, instead_of: Box::new(from.clone()) };
        let mut exchange = vec![take];
        exchange.extend(kept(from, context));
        if self.serves_both() && !is_remade_with_others(from, context) {
            let phase = phase(to, context);
            exchange.insert(0, drop);
            return vec![Step::new(phase, late, build, built), Step::new(phase, late, title, exchange)];
        }
        let text =
            format!("what REFRESH brings to {} between its building and the exchange is in the old one alone", to.name);
        let hazards = [old_form_until_then(to), Hazard::new(HazardKind::ValueRange, text)];
        let step = |part, title, deeds| Step::contract(part, late, title, deeds);
        if behind_view::stands_before(context, [from, to]).is_some() {
            // The names that it reads are there from the switch on.
            exchange.insert(0, drop);
            let exchange = step(Part::Clean, title, exchange).with_hazards(hazards);
            return vec![step(Part::Clean, build, built), exchange];
        }
        let exchange = step(Part::Switch, title, exchange).with_hazards(hazards);
        vec![step(Part::Tighten, build, built), self.drop_old(context), exchange]
    }

    fn serves_both(&self) -> bool {
        serves_both(self.from, self.to)
    }
}

/// Whether the old release can live with the new form: a view must still have the columns that it had.
fn serves_both(from: &SqlObject, to: &SqlObject) -> bool {
    let is_view = matches!(to.kind, ObjectKind::View | ObjectKind::MaterializedView);
    !is_view || from.columns.iter().all(|column| to.columns.contains(column))
}

/// Whether a new form comes in expand: the old release can live with it, and nothing holds it back.
fn comes_in_expand(from: &SqlObject, to: &SqlObject, context: &Context<'_>) -> bool {
    serves_both(from, to)
        && !needs_what_comes_late(to, context)
        && !is_remade_with_others(from, context)
        && behind_view::stands_before(context, [from, to]).is_none()
}

/// Whether it leans on a partition that the switch makes, or on a column that changes its type there.
fn needs_what_comes_late(object: &SqlObject, context: &Context<'_>) -> bool {
    let is_late = |key: &String| {
        let table = key.strip_prefix("table ").and_then(|name| name.parse().ok());
        table.is_some_and(|table| comes_in_the_switch(&table, context)) || is_retyped_in_the_switch(key, context)
    };
    !object.kind.is_said_of_another() && object.needs.iter().any(is_late)
}

/// Whether it leans on something that gets its new form in the contract, over however many new objects.
pub(super) fn awaits_a_late_form(object: &SqlObject, context: &Context<'_>) -> bool {
    let (mut open, mut seen) = (vec![object], BTreeSet::new());
    while let Some(object) = open.pop() {
        let over_a_view = || object.table.is_none() && behind_view::stands_before(context, [object, object]).is_some();
        if needs_what_comes_late(object, context) || over_a_view() {
            return true;
        }
        for key in object.needs.iter().filter(|key| seen.insert(*key)) {
            match (context.from.objects.get(key), context.to.objects.get(key)) {
                (Some(old), Some(new)) => {
                    let is_late = !old.same_as(new) && !comes_in_expand(old, new, context);
                    if is_late || is_remade_with_others(old, context) {
                        return true;
                    }
                }
                (None, Some(new)) => open.push(new),
                (_, None) => {}
            }
        }
    }
    false
}

/// Whether it is a function that gets another body in its place.
fn is_new_body(from: &SqlObject, to: &SqlObject) -> bool {
    to.kind == ObjectKind::Function && from != to && to.keeps_its_place(from)
}

/// Whether a trigger is made anew together with its function, whose new body may be for the new trigger alone: between the
/// two every write would fail.
fn goes_with_its_function(from: &SqlObject, to: &SqlObject, context: &Context<'_>) -> bool {
    let is_replaced = |key: &String| {
        let forms = context.from.objects.get(key).zip(context.to.objects.get(key));
        forms.is_some_and(|(from, to)| is_new_body(from, to) && comes_in_expand(from, to, context))
    };
    to.kind == ObjectKind::Trigger && comes_in_expand(from, to, context) && to.needs.iter().any(is_replaced)
}

/// The triggers that are made anew together with their function.
fn triggers_of(function: &SqlObject, context: &Context<'_>) -> impl Iterator<Item = Deed> {
    let key = function.key();
    let forms = context.to.objects.iter().filter_map(|(key, to)| Some((context.from.objects.get(key)?, to)));
    let triggers = forms
        .filter(move |(from, to)| to.needs.contains(&key) && from != to && goes_with_its_function(from, to, context));
    triggers.map(|(from, to)| Deed::ReplaceObject { from: Box::new(from.clone()), to: Box::new(to.clone()) })
}

/// There are scripts from a version to a later one, seldom from one to an earlier one.
fn update_extension(from: &SqlObject, to: &SqlObject, context: &Context<'_>) -> Steps {
    let versions = from.version().zip(to.version()).filter(|_| to.keeps_its_place(from));
    let Some((old, new)) = versions else {
        return Err(vec![unhandled(to, "it is in another namespace, and moving it is not handled yet")]);
    };
    let text = format!("{} stays at version {new}: `rollback` can't bring {old} back", to.name);
    let deed = Deed::ReplaceObject { from: Box::new(from.clone()), to: Box::new(to.clone()) };
    let title = format!("update extension {} from {old} to {new}", to.name);
    let step = Step::new(Phase::Expand, order(to, context.to), title, vec![deed]);
    Ok(vec![step.with_hazards([Hazard::new(HazardKind::OneWay, text)])])
}
