//! A release's queries as they are on its own catalog: the one it was written for.

use sqlx::PgConnection;

use super::Untried;
use super::finding::Findings;
use super::look::{Declared, Look, look, types_by_name};
use crate::dialect::postgres::compat::{
    Refusal, Snapshot, Utility, Write, completions, declare, prepare, resolve, utility, writes,
};
use crate::release::{Release, ReleaseQuery};
use schema_model::declare::QueryForm;

/// A release on its own catalog.
#[derive(Debug)]
pub(super) struct Subject<'a> {
    pub(super) release: &'a Release,
    /// The catalog that it was written for.
    pub(super) home: Snapshot,
    /// What can be tried of it.
    pub(super) queries: Vec<Candidate<'a>>,
    /// What fails there already.
    pub(super) failing: Vec<(&'a ReleaseQuery, Refusal)>,
}

/// A query that works on the catalog that it was written for.
#[derive(Debug)]
pub(super) struct Candidate<'a> {
    pub(super) query: &'a ReleaseQuery,
    pub(super) kind: Kind,
    /// What it writes.
    pub(super) writes: Vec<Write>,
}

/// How a query can be tried.
#[derive(Debug)]
pub(super) enum Kind {
    /// The server prepares it.
    Prepared {
        declared: Declared,
        /// What the server says on the catalog that it was written for.
        home: Look,
    },
    /// It doesn't.
    Utility(Utility),
}

impl<'a> Subject<'a> {
    /// Tries every query on the catalog that the release was written for.
    pub(super) async fn settle(
        release: &'a Release,
        home: Snapshot,
        connection: &mut PgConnection,
        findings: &mut Findings,
    ) -> Result<Self, sqlx::Error> {
        let mut subject = Self { release, home, queries: Vec::new(), failing: Vec::new() };
        for (number, query) in release.queries.iter().enumerate() {
            if let Some(utility) = utility(&query.text) {
                subject.add_utility(query, utility, findings);
                continue;
            }
            let name = format!("q{number}");
            match settle_one(connection, query, &name, &subject.home).await? {
                Ok(kind) => {
                    let writes = writes(&query.text);
                    subject.queries.push(Candidate { query, kind, writes });
                }
                Err(refusal) => subject.failing.push((query, refusal)),
            }
        }
        findings.tried.insert(release.name.clone(), subject.queries.len());
        Ok(subject)
    }

    fn add_utility(&mut self, query: &'a ReleaseQuery, utility: Utility, findings: &mut Findings) {
        if utility.tables.is_empty() {
            let why = format!("{} is nothing that the server prepares", utility.verb);
            findings.untried.push(self.untried(query, why));
            return;
        }
        self.queries.push(Candidate { query, kind: Kind::Utility(utility), writes: Vec::new() });
    }

    pub(super) fn untried(&self, query: &ReleaseQuery, why: String) -> Untried {
        Untried { release: self.release.name.clone(), position: query.position.clone(), why }
    }

    /// The queries that the server prepares.
    pub(super) fn declared(&self) -> impl Iterator<Item = &Declared> {
        self.queries.iter().filter_map(|candidate| match &candidate.kind {
            Kind::Prepared { declared, .. } => Some(declared),
            Kind::Utility(_) => None,
        })
    }
}

async fn settle_one(
    connection: &mut PgConnection,
    query: &ReleaseQuery,
    name: &str,
    home: &Snapshot,
) -> Result<Result<Kind, Refusal>, sqlx::Error> {
    let texts = match query.form {
        QueryForm::Prefix => completions(&query.text),
        QueryForm::Macro | QueryForm::Function | QueryForm::Simple => vec![query.text.clone()],
    };
    let mut first = None;
    for text in texts {
        match parameters(connection, query, &text).await? {
            Ok(oids) => {
                let name_of = |oid: &u32| home.types.get(oid).map(|facts| facts.name.clone());
                let types = oids.iter().map(|oid| name_of(oid).unwrap_or_else(|| "unknown".to_owned())).collect();
                let declared = Declared { name: name.to_owned(), text, types };
                let look = look(connection, &declared, home, &types_by_name(home)).await?;
                return Ok(match &look.prepared {
                    Ok(_) => Ok(Kind::Prepared { declared, home: look }),
                    Err(refusal) => Err(refusal.clone()),
                });
            }
            Err(refusal) => first = first.or(Some(refusal)),
        }
    }
    let none = Refusal { code: String::new(), message: "there is nothing in it".to_owned() };
    Ok(Err(first.unwrap_or(none)))
}

/// The parameter types that the release declares: by sqlx's offline data, else as the server finds them out on the catalog
/// that the release was written for, and sqlx would then declare them.
async fn parameters(
    connection: &mut PgConnection,
    query: &ReleaseQuery,
    text: &str,
) -> Result<Result<Vec<u32>, Refusal>, sqlx::Error> {
    if let Some(offline) = &query.offline
        && let Some(types) = resolve(connection, &offline.parameters).await?
        && prepare(connection, text, &types).await?.is_ok()
    {
        return Ok(Ok(types));
    }
    let found_out = match prepare(connection, text, &[]).await? {
        Ok(prepared) => prepared.parameters,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let declared: Vec<u32> = found_out.iter().map(|oid| declare(*oid)).collect();
    let works = declared != found_out && prepare(connection, text, &declared).await?.is_ok();
    Ok(Ok(if works { declared } else { found_out }))
}
