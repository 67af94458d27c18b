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
pub(super) fn types_by_name(snapshot: &Snapshot) -> BTreeMap<&str, u32> {
    snapshot.types.iter().map(|(oid, facts)| (facts.name.as_str(), *oid)).collect()
}

/// Looks in a session that begins now.
pub(super) async fn look(
    connection: &mut PgConnection,
    query: &Declared,
    snapshot: &Snapshot,
    types: &BTreeMap<&str, u32>,
) -> Result<Look, sqlx::Error> {
    let mut oids = Vec::new();
    for name in &query.types {
        match types.get(name.as_str()) {
            Some(oid) => oids.push(*oid),
            None => {
                let refusal = Refusal { code: "42704".to_owned(), message: format!("type {name} does not exist") };
                return Ok(Look { prepared: Err(refusal.clone()), planned: Err(refusal), uses: None });
            }
        }
    }
    let prepared = compat::prepare(connection, &query.text, &oids).await?;
    if let Err(refusal) = &prepared {
        return Ok(Look { planned: Err(refusal.clone()), prepared, uses: None });
    }
    let mut planned = compat::hold(connection, &query.name, &query.text, &query.types).await?;
    if planned.is_ok() {
        planned = compat::explain(connection, &query.name, query.types.len()).await?;
    }
    let uses = compat::uses(connection, &query.text, &query.types, snapshot.inspection.major).await?;
    Ok(Look { prepared, planned, uses })
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
    pub(super) async fn begin<'a>(
        mut connection: PgConnection,
        queries: impl Iterator<Item = &'a Declared>,
    ) -> Result<Self, sqlx::Error> {
        let mut names = BTreeSet::new();
        for query in queries {
            let held = compat::hold(&mut connection, &query.name, &query.text, &query.types).await?;
            if held.is_ok() && compat::explain(&mut connection, &query.name, query.types.len()).await?.is_ok() {
                names.insert(query.name.clone());
            }
        }
        Ok(Self { connection, names })
    }

    /// What such a session is told now; nothing where it has not prepared the query.
    pub(super) async fn ask(&mut self, query: &Declared) -> Result<Option<Refusal>, sqlx::Error> {
        if !self.names.contains(&query.name) {
            return Ok(None);
        }
        Ok(compat::explain(&mut self.connection, &query.name, query.types.len()).await?.err())
    }
}
