//! A domain that columns have and that differs: its default, NOT NULL and its checks, each by itself.

use std::collections::BTreeSet;

use schema_model::{Catalog, Column, Domain, Identifier, ObjectKind, QualifiedName, SqlObject};

use crate::phase::{Part, Phase};
use crate::plan::Context;
use crate::plan::answer::{Consent, Obstacle};
use crate::plan::hazard::{Hazard, HazardKind};
use crate::plan::operation::Steps;
use crate::plan::step::{Deed, DomainDeed, Order, Step};

/// A domain in both forms, with the columns that have it.
pub(super) struct ChangeDomain<'a> {
    object: &'a SqlObject,
    old: &'a Domain,
    new: &'a Domain,
    /// Those that come in expand as well.
    users: Vec<(QualifiedName, &'a Column)>,
    /// Tables whose rows are in partitions: the server doesn't look into them.
    without_rows: Vec<QualifiedName>,
    /// What is made of it: other domains, composite types.
    above: Vec<&'a String>,
}

impl<'a> ChangeDomain<'a> {
    /// Where both forms are known, and something has it.
    pub(super) fn of(context: &Context<'a>, from: &'a SqlObject, to: &'a SqlObject) -> Option<Self> {
        let (old, new) = (from.domain.as_ref()?, to.domain.as_ref()?);
        let live = users(&context.facts.catalog, &from.name);
        let types = [ObjectKind::Domain, ObjectKind::CompositeType, ObjectKind::RangeType];
        let objects = context.facts.catalog.objects.iter();
        let above = objects.filter(|(_, object)| types.contains(&object.kind) && object.needs.contains(&from.key()));
        let above: Vec<&String> = above.map(|(key, _)| key).collect();
        let is_used = !live.is_empty() || !above.is_empty();
        let mut users: Vec<_> = live.into_iter().chain(users(context.to, &from.name)).collect();
        let mut seen = BTreeSet::new();
        users.retain(|(table, column)| seen.insert((table.clone(), &column.name)));
        let without_rows = [&context.facts.catalog, context.to].into_iter().flat_map(partitioned).collect();
        is_used.then_some(Self { object: from, old, new, users, without_rows, above })
    }

    /// What loosens comes in expand, what tightens in the contract.
    pub(super) fn steps(&self, context: &Context<'_>) -> Steps {
        let (old, new) = (self.old, self.new);
        if old.base != new.base {
            return Err(vec![self.unhandled(&format!(
                "its base type becomes {} while {} has it: make another domain, and another column of that",
                new.base,
                self.names()
            ))]);
        }
        let mut steps = Vec::new();
        match (&old.default, &new.default) {
            (old, Some(new)) if old.as_ref() != Some(new) => {
                let deed = DomainDeed::SetDefault(new.clone());
                steps.push(Step::new(
                    Phase::Expand,
                    Order::Attribute,
                    self.title("set the default of"),
                    self.one(deed),
                ));
            }
            (Some(_), None) => {
                let title = self.title("drop the default of");
                steps.push(Step::contract(Part::Switch, Order::Attribute, title, self.one(DomainDeed::DropDefault)));
            }
            _ => {}
        }
        match (old.not_null, new.not_null) {
            (true, false) => {
                let title = self.title("allow NULL in");
                steps.push(Step::contract(Part::Switch, Order::Attribute, title, self.one(DomainDeed::DropNotNull)));
            }
            (false, true) => steps.push(self.set_not_null(context)?),
            _ => {}
        }
        steps.extend(self.checks(context)?);
        Ok(steps)
    }

    fn set_not_null(&self, context: &Context<'_>) -> Result<Step, Vec<Obstacle>> {
        let what = "NOT NULL of a domain has no form that is not valid yet; CHECK (VALUE IS NOT NULL) has";
        let hazard = self.scan(context, what)?;
        let title = self.title("refuse NULL in");
        let step = Step::contract(Part::Tighten, Order::NotNull, title, self.one(DomainDeed::SetNotNull));
        Ok(step.with_hazards([hazard]))
    }

    fn checks(&self, context: &Context<'_>) -> Steps {
        let (old, new) = (&self.old.checks, &self.new.checks);
        let mut steps = Vec::new();
        for (name, check) in old {
            let successor = new.get(name);
            if successor == Some(check) || successor.is_some_and(|new| is_validated(check, new)) {
                continue;
            }
            if let Some(successor) = successor {
                // One goes and the other comes in the same moment: nothing slips in between.
                let deeds = vec![self.deed(DomainDeed::DropCheck(name.clone())), self.deed(add(name, successor))];
                let title = format!("change check {name} of domain {}", self.object.name);
                steps.push(Step::contract(Part::Tighten, Order::Constraint, title, deeds));
            } else {
                let title = format!("drop check {name} of domain {}", self.object.name);
                let deeds = self.one(DomainDeed::DropCheck(name.clone()));
                // Behind new columns, which the server holds against what is there by then.
                steps.push(Step::new(Phase::Expand, Order::Attribute, title, deeds));
            }
        }
        for (name, check) in new {
            if !old.contains_key(name) {
                let title = format!("add check {name} to domain {}", self.object.name);
                let deeds = self.one(add(name, check));
                steps.push(Step::contract(Part::Tighten, Order::Constraint, title, deeds));
            }
            if old.get(name) != Some(check) && !is_not_valid(check) {
                steps.push(self.validate(context, name)?);
            }
        }
        Ok(steps)
    }

    fn validate(&self, context: &Context<'_>, name: &Identifier) -> Result<Step, Vec<Obstacle>> {
        let title = format!("validate check {name} of domain {}", self.object.name);
        let step =
            Step::contract(Part::Tighten, Order::Validate, title, self.one(DomainDeed::ValidateCheck(name.clone())));
        let what = "with NOT VALID in its declaration a check holds for what is written from now on";
        Ok(step.with_hazards([self.scan(context, what)?]))
    }

    /// The server reads every row of every table, and nobody writes meanwhile.
    fn scan(&self, context: &Context<'_>, why: &str) -> Result<Hazard, Vec<Obstacle>> {
        self.refuse_what_is_above()?;
        let text = format!(
            "the server reads every row of {} under a lock that blocks writers ({why})",
            self.tables().iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        );
        let flag = format!("lock:{}", self.object.name);
        if !context.answers.allows(&flag) {
            return Err(vec![Obstacle::Consent(Consent { flag, text })]);
        }
        Ok(Hazard::new(HazardKind::Lock, text))
    }

    /// The server can't look into arrays and what is made of the domain.
    fn refuse_what_is_above(&self) -> Result<(), Vec<Obstacle>> {
        let arrays = self.users.iter().filter(|(_, column)| column.sql_type.array);
        let mut above: Vec<String> = arrays.map(|(table, column)| format!("{table}.{}", column.name)).collect();
        above.extend(self.above.iter().map(ToString::to_string));
        if above.is_empty() {
            return Ok(());
        }
        let what = format!(
            "existing values are to be checked, and the server can't look into {}: declare what is new as NOT VALID",
            above.join(", ")
        );
        Err(vec![self.unhandled(&what)])
    }

    fn names(&self) -> String {
        let columns = self.users.iter().map(|(table, column)| format!("{table}.{}", column.name));
        columns.chain(self.above.iter().map(ToString::to_string)).collect::<Vec<_>>().join(", ")
    }

    fn tables(&self) -> Vec<QualifiedName> {
        let mut tables: Vec<QualifiedName> = self.users.iter().map(|(table, _)| table.clone()).collect();
        tables.sort();
        tables.dedup();
        tables.retain(|table| !self.without_rows.contains(table));
        tables
    }

    fn title(&self, what: &str) -> String {
        format!("{what} domain {}", self.object.name)
    }

    fn deed(&self, deed: DomainDeed) -> Deed {
        Deed::AlterDomain { domain: Box::new(self.object.clone()), tables: self.tables(), deed }
    }

    fn one(&self, deed: DomainDeed) -> Vec<Deed> {
        vec![self.deed(deed)]
    }

    fn unhandled(&self, what: &str) -> Obstacle {
        Obstacle::Unhandled { object: self.object.key(), what: what.to_owned() }
    }
}

/// The columns that have a type, in the order of their tables.
fn users<'a>(catalog: &'a Catalog, name: &str) -> Vec<(QualifiedName, &'a Column)> {
    let name = schema_model::split_dotted(name);
    let has_it = |column: &&Column| {
        let own = column.sql_type.qualified_name();
        own.is_some_and(|own| name == [own.namespace.as_str(), own.name.as_str()])
    };
    let tables = catalog.tables.values();
    tables.flat_map(|table| table.columns.iter().filter(has_it).map(|column| (table.name.clone(), column))).collect()
}

fn partitioned(catalog: &Catalog) -> Vec<QualifiedName> {
    let roots = catalog.tables.values().filter_map(|table| Some((&table.name, table.partitioning.as_ref()?)));
    roots
        .flat_map(|(name, tree)| {
            let further = tree.all().into_iter().filter(|partition| partition.partitioning.is_some());
            std::iter::once(name.clone()).chain(further.map(|partition| partition.name.clone()))
        })
        .collect()
}

/// It holds for what is written from now on.
fn add(name: &Identifier, definition: &str) -> DomainDeed {
    DomainDeed::AddCheck { name: name.clone(), definition: definition.to_owned(), not_valid: true }
}

fn is_not_valid(check: &str) -> bool {
    check.ends_with(Domain::NOT_VALID)
}

fn is_validated(old: &str, new: &str) -> bool {
    old.strip_suffix(Domain::NOT_VALID) == Some(new)
}
