//! What the user must say before a plan can be written: questions, consents, and the answers given.

use std::collections::{BTreeMap, BTreeSet};

use schema_model::Position;

/// What was answered by flags or remembered in the configuration.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    /// `--allow KIND:OBJECT`, as written.
    pub allowed: BTreeSet<String>,
    /// `--strategy OBJECT=STRATEGY`.
    pub strategies: BTreeMap<String, String>,
    /// `--old-default t.c=SQL`.
    pub old_defaults: BTreeMap<String, String>,
}

/// The SQL that is given by flags in place of the attributes of the same names, by column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GivenSql {
    /// `--backfill t.c=SQL`: the value for rows that exist already.
    pub backfill: BTreeMap<String, String>,
    /// `--using t.c=SQL`: the new value over the old columns.
    pub using: BTreeMap<String, String>,
    /// `--back t.c=SQL`: the old value over the new columns.
    pub back: BTreeMap<String, String>,
}

impl GivenSql {
    /// Puts what was given onto the columns of the side that is to be.
    pub fn apply(&self, catalog: &mut schema_model::Catalog) {
        for table in catalog.tables_mut() {
            // A table that gets another name is asked about by either.
            let names = [Some(table.name.clone()), table.renamed_from.clone()];
            for column in &mut table.columns {
                let given = |answers: &BTreeMap<String, String>| {
                    names.iter().flatten().find_map(|name| {
                        let full = format!("{name}.{}", column.name);
                        answers.get(&short_name(name, Some(&column.name))).or_else(|| answers.get(&full)).cloned()
                    })
                };
                let (backfill, using, back) = (given(&self.backfill), given(&self.using), given(&self.back));
                let hints = &mut column.hints;
                hints.backfill = backfill.or(hints.backfill.take());
                hints.using = using.or(hints.using.take());
                hints.back = back.or(hints.back.take());
            }
        }
    }

    /// The columns that are named, as they were written.
    pub fn objects(&self) -> impl Iterator<Item = &String> {
        self.backfill.keys().chain(self.using.keys()).chain(self.back.keys())
    }
}

/// Why a change can't be planned as things stand.
#[derive(Clone, Debug, PartialEq)]
pub enum Obstacle {
    /// A question with several answers.
    Question(Question),
    /// Something destructive that needs consent by name.
    Consent(Consent),
    /// A mistake in the declaration, at its place.
    Mistake {
        /// Where it is declared.
        position: Option<Position>,
        /// What is wrong and what to write instead.
        message: String,
        /// The flags that say the same as an edit, with `SQL` for what is to be given; for sides that aren't structs.
        answers: Vec<String>,
    },
    /// A change that isn't handled.
    Unhandled {
        /// The object.
        object: String,
        /// What about it.
        what: String,
    },
}

/// A question with several answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The object it is about.
    pub object: String,
    /// The question, with what each answer costs.
    pub text: String,
    /// The answers.
    pub choices: Vec<Choice>,
}

/// An answer to a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The flag that gives this answer, or the edit to make.
    pub flag: String,
    /// What it means.
    pub meaning: String,
}

/// Something destructive that needs consent by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// What is given after `--allow`: `drop:users.legacy`.
    pub flag: String,
    /// What will be lost.
    pub text: String,
}

/// How an object is named on the command line: without `public`.
pub fn short_name(table: &schema_model::QualifiedName, member: Option<&schema_model::Identifier>) -> String {
    let table = if table.namespace.as_str() == "public" { table.name.to_string() } else { table.to_string() };
    match member {
        Some(member) => format!("{table}.{member}"),
        None => table,
    }
}

impl Answers {
    /// The same, where what is said of tables by their new names is said by the old ones too.
    pub(crate) fn under_old_names(&self, names: &[(schema_model::QualifiedName, schema_model::QualifiedName)]) -> Self {
        let mut all = self.clone();
        for (old, new) in names {
            let by_old = |object: &String| {
                let rest = [short_name(new, None), new.to_string()].into_iter().find_map(|name| {
                    object
                        .strip_prefix(&name)
                        .filter(|rest| rest.is_empty() || rest.starts_with('.'))
                        .map(str::to_owned)
                })?;
                Some(format!("{}{rest}", short_name(old, None)))
            };
            let allowed = self.allowed.iter().filter_map(|flag| {
                let (kind, object) = flag.split_once(':')?;
                Some(format!("{kind}:{}", by_old(&object.to_owned())?))
            });
            all.allowed.extend(allowed);
            let said = |answers: &BTreeMap<String, String>| {
                let of = |(object, said): (&String, &String)| Some((by_old(object)?, said.clone()));
                answers.iter().filter_map(of).collect::<Vec<_>>()
            };
            all.strategies.extend(said(&self.strategies));
            all.old_defaults.extend(said(&self.old_defaults));
        }
        all
    }

    /// Whether consent of that kind and object was given, in the short or the full form of the name.
    pub fn allows(&self, flag: &str) -> bool {
        // The server quotes words of SQL, people and shells may not.
        let plain = |flag: &str| {
            let (kind, object) = flag.split_once(':')?;
            Some((kind.to_owned(), schema_model::split_dotted(object)))
        };
        let full = flag.split_once(':').map(|(kind, object)| format!("{kind}:public.{object}"));
        let wanted = [plain(flag), full.as_deref().and_then(plain)];
        self.allowed
            .iter()
            .any(|given| given == flag || wanted.iter().flatten().any(|one| plain(given).as_ref() == Some(one)))
    }

    /// The strategy given for an object.
    pub fn strategy(&self, object: &str) -> Option<&str> {
        let found = self.strategies.get(object).or_else(|| self.strategies.get(&format!("public.{object}")));
        found.map(String::as_str)
    }

    /// The default given for a column that goes.
    pub fn old_default(&self, object: &str) -> Option<&str> {
        let found = self.old_defaults.get(object).or_else(|| self.old_defaults.get(&format!("public.{object}")));
        found.map(String::as_str)
    }
}
