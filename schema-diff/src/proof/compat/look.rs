//! What the server says to a query at one moment.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::PgConnection;

use crate::dialect::postgres::compat::{self, Prepared, Refusal, Snapshot, Use};

/// A query with the parameter types that its release declares.
#[derive(Clone, Debug)]
pub(super) struct Declared {
    /// A name for it, for prepared statements.
    pub(super) name: String,
    /// Its text.
    pub(super) text: String,
    /// The names of the types of its parameters, written in full.
    pub(super) types: Vec<String>,
}

/// What the server says.
#[derive(Clone, Debug)]
pub(super) struct Look {
    /// What a session that begins now is told.
    pub(super) prepared: Result<Prepared, Refusal>,
    /// Whether it can be planned there.
    pub(super) planned: Result<(), Refusal>,
    /// The columns that it uses, where the server can tell.
    pub(super) uses: Option<BTreeSet<Use>>,
}

/// The types of a catalog by their names.
fn types_by_name(snapshot: &Snapshot) -> BTreeMap<&str, u32> {
    snapshot.types.iter().map(|(oid, facts)| (facts.name.as_str(), *oid)).collect()
}

/// Looks at queries in a session that begins now.
pub(super) async fn look(
    connection: &mut PgConnection,
    queries: &[&Declared],
    snapshot: &Snapshot,
) -> Result<Vec<Look>, sqlx::Error> {
    let types = types_by_name(snapshot);
    let mut prepared = Vec::new();
    for query in queries {
        prepared.push(match query.oids(&types) {
            Ok(oids) => compat::prepare(connection, &query.text, &oids).await?,
            Err(refusal) => Err(refusal),
        });
    }
    look_further(connection, queries, prepared, snapshot.inspection.major).await
}

/// The same for queries that were prepared a moment ago.
pub(super) async fn look_further(
    connection: &mut PgConnection,
    queries: &[&Declared],
    prepared: Vec<Result<Prepared, Refusal>>,
    major: u16,
) -> Result<Vec<Look>, sqlx::Error> {
    let whole: Vec<&Declared> =
        queries.iter().zip(&prepared).filter(|(_, prepared)| prepared.is_ok()).map(|(query, _)| *query).collect();
    let mut planned = held_and_planned(connection, &whole).await?.into_iter();
    let texts: Vec<(&str, &[String])> =
        whole.iter().map(|query| (query.text.as_str(), query.types.as_slice())).collect();
    let mut uses = compat::uses(connection, &texts, major).await?.into_iter();
    let look = |prepared: Result<Prepared, Refusal>| match prepared {
        Err(refusal) => Look { planned: Err(refusal.clone()), prepared: Err(refusal), uses: None },
        Ok(prepared) => {
            Look { prepared: Ok(prepared), planned: planned.next().unwrap_or(Ok(())), uses: uses.next().flatten() }
        }
    };
    Ok(prepared.into_iter().map(look).collect())
}

/// Prepares queries for the rest of the session, and plans them.
async fn held_and_planned(
    connection: &mut PgConnection,
    queries: &[&Declared],
) -> Result<Vec<Result<(), Refusal>>, sqlx::Error> {
    let statements: Vec<String> = queries.iter().map(|query| query.hold()).collect();
    let mut answers = compat::each(connection, &statements).await?;
    let held: Vec<usize> = (0..queries.len()).filter(|at| answers[*at].is_ok()).collect();
    let statements: Vec<String> = held.iter().map(|at| queries[*at].explain()).collect();
    for (at, answer) in held.into_iter().zip(compat::each(connection, &statements).await?) {
        answers[at] = answer;
    }
    Ok(answers)
}

impl Declared {
    fn hold(&self) -> String {
        compat::hold(&self.name, &self.text, &self.types)
    }

    fn explain(&self) -> String {
        compat::explain(&self.name, self.types.len())
    }

    /// The types of its parameters in this catalog.
    fn oids(&self, types: &BTreeMap<&str, u32>) -> Result<Vec<u32>, Refusal> {
        let oid = |name: &String| {
            let missing = || Refusal { code: "42704".to_owned(), message: format!("type {name} does not exist") };
            types.get(name.as_str()).copied().ok_or_else(missing)
        };
        self.types.iter().map(oid).collect()
    }
}

/// Sessions that live on with their prepared statements.
#[derive(Debug)]
pub(super) struct Held {
    connection: PgConnection,
    /// The statements that were prepared.
    names: BTreeSet<String>,
}

impl Held {
    /// Prepares what can be prepared.
    pub(super) async fn begin(mut connection: PgConnection, queries: &[&Declared]) -> Result<Self, sqlx::Error> {
        let answers = held_and_planned(&mut connection, queries).await?;
        let held = queries.iter().zip(answers).filter(|(_, answer)| answer.is_ok());
        let names = held.map(|(query, _)| query.name.clone()).collect();
        Ok(Self { connection, names })
    }

    /// What such sessions are told now, by the names of the queries that fail.
    pub(super) async fn ask(&mut self, queries: &[&Declared]) -> Result<BTreeMap<String, Refusal>, sqlx::Error> {
        let held: Vec<&&Declared> = queries.iter().filter(|query| self.names.contains(&query.name)).collect();
        let statements: Vec<String> = held.iter().map(|query| query.explain()).collect();
        let answers = compat::each(&mut self.connection, &statements).await?;
        let refused = held.iter().zip(answers).filter_map(|(query, answer)| Some((query.name.clone(), answer.err()?)));
        Ok(refused.collect())
    }
}
