//! Rename by copy, and change of type under a new name: a second column kept in step both ways until nobody needs
//! the first one.

use schema_model::{Column, Expression, Identifier, Identity, IdentityKind, QualifiedName, Settings, sql_text};

use super::aside::GRACE;
use super::behind_view::{BehindView, VIEW};
use super::conversion::{Conversion, conversion, is_stable};
use super::drop_constraint::before_it_falls;
use super::split_column::SplitColumn;
use super::{new_form, two_way, upsert, written_anew};
use crate::phase::{Part, Phase};
use crate::plan::Context;
use crate::plan::answer::{Choice, Obstacle, Question, short_name};
use crate::plan::hazard::Hazard;
use crate::plan::operation::{Operation, Steps};
use crate::plan::step::{ColumnDeed, Deed, Order, Renumbering, Step};
use crate::plan::sync::{Form, Sync, SyncKind, TwoWay};
use crate::postcondition::{ObjectState, Postcondition};

pub(super) struct RenameColumn<'a> {
    pub(super) table: &'a QualifiedName,
    pub(super) from: &'a Column,
    pub(super) to: &'a Column,
}

impl Operation for RenameColumn<'_> {
    fn steps(&self, context: &Context<'_>) -> Steps {
        self.refuse_grace(context)?;
        if context.is_renamed(self.table) {
            return Ok(Vec::new());
        }
        match BehindView::of_columns(context, self.table) {
            // One step gives all columns of a table their names.
            Some(view) if view.begins_with(&self.from.name) => return view.steps(context),
            Some(view) if view.has(&self.from.name) => return Ok(Vec::new()),
            _ => {}
        }
        if let Some(split) = SplitColumn::of(context, self.table, self.from, self.to) {
            return split.steps(context);
        }
        self.refuse_what_is_not_handled(context)?;
        self.ask_about_dependents(context)?;
        context.refuse_unmodelled(self.table, &self.from.name)?;
        self.refuse_another_default()?;
        for expression in self.to.hints.using.iter().chain(&self.to.hints.back) {
            context.check_sources(self.table, self.to, &[self.from], expression)?;
        }
        let conversion = conversion(self.table, self.from, self.to).map_err(|obstacle| vec![obstacle])?;
        let sync = self.sync(context, &conversion);
        let rewrite = written_anew::consented(context, self.table, self.to, true).map_err(|obstacle| vec![obstacle])?;
        let mut steps = vec![self.expand(context, &sync, conversion.hazard).with_hazards(rewrite)];
        let title = format!("fill {}.{} from {}", self.table, self.to.name, self.from.name);
        steps.extend(new_form::filled(context, self.table, self.to, &conversion.forward, title)?);
        steps.extend(self.contract(context, sync));
        Ok(steps)
    }

    fn alternatives(&self, context: &Context<'_>) -> Vec<Choice> {
        let object = short_name(self.table, Some(&self.to.name));
        let is_by_copy = !context.is_renamed(self.table)
            && context.late_name(self.table).is_none()
            && BehindView::of_columns(context, self.table).is_none_or(|view| !view.has(&self.from.name))
            && SplitColumn::of(context, self.table, self.from, self.to).is_none();
        let is_a_name = self.from.sql_type == self.to.sql_type
            && self.from.nullable == self.to.nullable
            && BehindView::is_possible(context, self.table, (self.from, self.to));
        if !is_by_copy || !is_a_name {
            return Vec::new();
        }
        vec![Choice {
            flag: format!("--strategy {object}={VIEW}"),
            meaning: format!(
                "no second column and no backfill: {} stands behind a view until the contract, on which COPY, TRUNCATE and ON CONFLICT ON CONSTRAINT fail",
                self.table
            ),
        }]
    }
}

impl RenameColumn<'_> {
    fn refuse_what_is_not_handled(&self, context: &Context<'_>) -> Result<(), Vec<Obstacle>> {
        let object = short_name(self.table, Some(&self.to.name));
        if self.from.generated.is_some() || self.to.generated.is_some() {
            let text = format!("{object} is computed by the server, so no second column can be kept in step with it");
            return Err(vec![self.ask_for_a_view(context, object, text)]);
        }
        if [self.from, self.to].iter().any(|column| context.is_composite(&column.sql_type)) {
            let text = format!(
                "{object} holds values of several fields, and one with an empty field is neither NULL nor NOT NULL, so no second column can be told filled"
            );
            return Err(vec![self.ask_for_a_view(context, object, text)]);
        }
        let begins = self.from.identity.is_none() && self.to.identity.is_some();
        if !begins && (identity(self.to).is_none() || identity(self.from).is_some()) {
            return Ok(());
        }
        Err(vec![Obstacle::Unhandled {
            object: format!("{}.{}", self.table, self.from.name),
            what: "its name or type changes, and the server begins to number it, at once: one after the other, in two migrations, or add a column of a new name beside it".to_owned(),
        }])
    }

    /// What uses the column would stay with it when it goes.
    fn ask_about_dependents(&self, context: &Context<'_>) -> Result<(), Vec<Obstacle>> {
        let dependents = context.dependents(self.table, &self.from.name);
        if dependents.is_empty() {
            return Ok(());
        }
        let object = short_name(self.table, Some(&self.to.name));
        let text = format!(
            "{} is used by {}, which can't be taken along to a second column",
            short_name(self.table, Some(&self.from.name)),
            dependents.join(", ")
        );
        Err(vec![self.ask_for_a_view(context, object, text)])
    }

    fn ask_for_a_view(&self, context: &Context<'_>, object: String, text: String) -> Obstacle {
        if let Some(name) = context.late_name(self.table) {
            let what = format!(
                "{text}; and {} is to be called {name} at once: rename one after the other, in two migrations",
                self.table
            );
            return Obstacle::Unhandled { object, what };
        }
        let choice = Choice {
            flag: format!("--strategy {object}={VIEW}"),
            meaning: "it is renamed in place, behind a view until the contract, and what uses it follows".to_owned(),
        };
        Obstacle::Question(Question { object, text, choices: vec![choice] })
    }

    /// Behind the switch nothing would keep the old form in step with what is written to the new one.
    fn refuse_grace(&self, context: &Context<'_>) -> Result<(), Vec<Obstacle>> {
        let objects = [&self.from.name, &self.to.name].map(|name| short_name(self.table, Some(name)));
        let Some(object) = objects.iter().find(|object| context.answers.strategy(object) == Some(GRACE)) else {
            return Ok(());
        };
        Err(vec![Obstacle::Mistake {
            answers: Vec::new(),
            position: self.to.hints.position.clone(),
            message: format!(
                "--strategy {object}={GRACE} is for what is dropped: here the two forms are kept in step until the contract, so there is a way back for as long as the contract waits"
            ),
        }])
    }

    /// While both forms live, what a writer leaves out must mean the same in both: a rename together with another
    /// default has no default that is right for both releases.
    fn refuse_another_default(&self) -> Result<(), Vec<Obstacle>> {
        let converted = self.to.hints.using.is_some() || self.from.sql_type != self.to.sql_type;
        let fits = match (&self.from.default, &self.to.default) {
            (_, None) => true,
            (Some(old), Some(new)) => converted || old.same_as(new),
            (None, Some(new)) => !self.from.nullable && is_stable(new.canonical()),
        };
        if fits {
            return Ok(());
        }
        Err(vec![Obstacle::Mistake {
            answers: Vec::new(),
            position: self.to.hints.position.clone(),
            message: format!(
                "{}.{} is renamed and gets another default at once, and until the contract there is none that is right for both releases: keep the default of {} for now, and change it in the next migration",
                self.table, self.to.name, self.from.name
            ),
        }])
    }

    fn column(&self, name: &Identifier, deed: ColumnDeed) -> Deed {
        Deed::Column { table: self.table.clone(), column: name.clone(), deed }
    }

    fn sync(&self, context: &Context<'_>, conversion: &Conversion) -> Sync {
        let old = Form::of(self.from, conversion.backward.clone());
        let new = Form { default: self.overlap_default(conversion), ..Form::of(self.to, conversion.forward.clone()) };
        two_way::sync(context, self.table, (&[self.from], vec![old]), (&[self.to], vec![new]))
    }

    /// The default of the new column during the overlap: the old one's in the new form, where it is stable; where the
    /// old column has none and can't be left out, the new column's own, which the old one then gets in its form.
    fn overlap_default(&self, conversion: &Conversion) -> Option<String> {
        match (&self.from.default, &self.to.default) {
            (Some(old), _) if is_stable(old.canonical()) => {
                Some(self.convert(&conversion.forward, &self.from.name, old))
            }
            (None, Some(new)) if self.from.identity.is_none() && !self.from.nullable && is_stable(new.canonical()) => {
                Some(new.canonical().to_owned())
            }
            _ => None,
        }
    }

    fn convert(&self, conversion: &str, column: &Identifier, value: &Expression) -> String {
        if conversion == column.to_string() {
            return value.canonical().to_owned();
        }
        sql_text::replace_columns(conversion, self.table.name.as_str(), |name| {
            (name == column.as_str()).then(|| format!("({})", value.canonical()))
        })
    }

    /// What is declared holds; where nothing is said, and the type is the same, the old form's.
    fn settings(&self) -> Settings {
        if self.to.settings.is_empty() && self.from.sql_type == self.to.sql_type {
            return self.from.settings.clone();
        }
        self.to.settings.clone()
    }

    fn expand(&self, context: &Context<'_>, sync: &Sync, conversion_hazard: Option<Hazard>) -> Step {
        let SyncKind::TwoWay(two_way) = &sync.kind else { unreachable!("a rename is kept in step both ways") };
        let new = &self.to.name;
        let written_anew = written_anew::is_written_anew(context, self.to);
        let add = ColumnDeed::Add { column: Box::new(self.to.clone()), bare: true, written_anew };
        let mut deeds = vec![self.column(new, add)];
        let TwoWay { old: old_forms, new: new_forms, .. } = two_way;
        if let Some(default) = new_forms.iter().find_map(|form| form.default.as_ref()) {
            deeds.push(self.column(new, ColumnDeed::SetDefault(Expression::inspected(default.clone()))));
            if self.from.default.is_none() {
                let backward = old_forms.first().map_or_else(String::new, |form| form.value.clone());
                let old = self.convert(&backward, new, &Expression::inspected(default.clone()));
                deeds.push(self.column(&self.from.name, ColumnDeed::SetDefault(Expression::inspected(old))));
            }
        }
        let facts = context.column_facts(self.table, &self.from.name);
        let source = Box::new(Column { settings: self.settings(), ..self.to.clone() });
        deeds.push(self.column(new, ColumnDeed::KeepAs { source, facts }));
        if self.to.comment.is_some() {
            deeds.push(self.column(new, ColumnDeed::Comment(self.to.comment.clone())));
        }
        deeds.push(Deed::CreateSync(Box::new(sync.clone())));
        let title = format!("add {}.{new}, kept in step with {}", self.table, self.from.name);
        Step::new(Phase::Expand, Order::Column, title, deeds)
            .done_when(Postcondition::Object(ObjectState::ColumnExists(self.table.clone(), new.clone())))
            .with_hazards(context.cached_plan_hazard(self.table))
            .with_hazards(upsert::hazard(sync))
            .with_hazards(conversion_hazard)
    }

    /// Foreign keys go with the column; those that hold a key which goes too must do so first.
    fn outgoing_references(&self, context: &Context<'_>) -> Vec<Step> {
        let old = context.old_table(self.table);
        let keys = old.into_iter().flat_map(|table| &table.foreign_keys);
        let going = keys.filter(|key| {
            let target = context.new_table(&key.references);
            let target_goes = |column| target.is_some_and(|table| table.column(column).is_none());
            key.columns.contains(&self.from.name) && key.referenced_columns.iter().any(target_goes)
        });
        going.filter_map(|key| before_it_falls(Part::Switch, self.table.clone(), key)).collect()
    }

    /// A sequence counts as far as its column's type reaches.
    fn sequence_of_the_new_type(&self, sequence: &QualifiedName) -> Option<Deed> {
        let (mut from, mut to) = (self.from.identity.clone()?, self.to.identity.clone()?);
        if self.from.sql_type != self.to.sql_type {
            from.options.data_type.get_or_insert(self.from.sql_type.clone());
        }
        to.sequence.get_or_insert(sequence.clone());
        let sql_type = self.to.sql_type.clone();
        if from == to {
            return None;
        }
        let way = Renumbering { from: Some(from), to: Some(to), catch_up: false, sql_type };
        Some(self.column(&self.to.name, ColumnDeed::Renumber(Box::new(way))))
    }

    fn contract(&self, context: &Context<'_>, sync: Sync) -> Vec<Step> {
        let (old, new) = (&self.from.name, &self.to.name);
        let gate = two_way::gate(context, &sync);
        let overlap_default = match &sync.kind {
            SyncKind::TwoWay(two_way) => two_way.new.iter().find_map(|form| form.default.clone()),
            SyncKind::Fill { .. } | SyncKind::Computed(_) => None,
        };
        let mut attributes = Vec::new();
        // A sequence that numbers nothing any more goes with the old column.
        let serial = self.from.identity.as_ref().filter(|_| self.to.identity.is_some());
        if let Some(Identity { kind: IdentityKind::Serial, sequence: Some(sequence), .. }) = serial {
            attributes.push(self.column(new, ColumnDeed::TakeSequence(sequence.clone())));
            attributes.extend(self.sequence_of_the_new_type(sequence));
        }
        if let (Some(Identity { sequence: Some(sequence), .. }), Some(to)) = (identity(self.from), identity(self.to)) {
            let mut to = to.clone();
            to.sequence.get_or_insert_with(|| context.sequence_name(self.table, new));
            let deed = ColumnDeed::TakeIdentity { from: sequence.clone(), to: Box::new(to) };
            attributes.push(self.column(new, deed));
        }
        match &self.to.default {
            Some(default) if overlap_default.as_deref() != Some(default.canonical()) => {
                attributes.push(self.column(new, ColumnDeed::SetDefault(default.clone())));
            }
            None if overlap_default.is_some() => attributes.push(self.column(new, ColumnDeed::DropDefault)),
            _ => {}
        }
        let mut steps = vec![gate];
        if !attributes.is_empty() {
            let title = format!("set the default of {}.{new}", self.table);
            steps.push(Step::contract(Part::Switch, Order::Attribute, title, attributes));
        }
        let deeds = vec![
            Deed::DropSync(Box::new(sync)),
            self.column(old, ColumnDeed::Drop { references: context.referenced_tables(self.table, Some(old)) }),
        ];
        steps.extend(self.outgoing_references(context));
        let title = format!("drop {}.{old}", self.table);
        steps.push(
            Step::contract(Part::Switch, Order::Drop, title, deeds)
                .with_hazards(context.cached_plan_hazard(self.table))
                .with_hazards(context.naming_triggers_hazard(self.table, old)),
        );
        steps
    }
}

/// The identity of a column; a serial one is counted by a sequence that can be moved.
fn identity(column: &Column) -> Option<&Identity> {
    column.identity.as_ref().filter(|identity| identity.kind != IdentityKind::Serial)
}
