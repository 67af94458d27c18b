//! A release's queries as they are on its own catalog: the one it was written for.

use sqlx::PgConnection;

use super::Untried;
use super::finding::Findings;
use super::look::{Declared, Look, look_further};
use crate::dialect::postgres::compat::{
    Prepared, Refusal, Snapshot, Utility, Write, completions, declare, prepare, resolve, utility, writes,
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
        let mut settled = Vec::new();
        for (number, query) in release.queries.iter().enumerate() {
            if let Some(utility) = utility(&query.text) {
                subject.add_utility(query, utility, findings);
                continue;
            }
            match settle_one(connection, query, &format!("q{number}"), &subject.home).await? {
                Ok((declared, prepared)) => settled.push((query, declared, prepared)),
                Err(refusal) => subject.failing.push((query, refusal)),
            }
        }
        let declared: Vec<&Declared> = settled.iter().map(|(_, declared, _)| declared).collect();
        let prepared = settled.iter().map(|(_, _, prepared)| Ok(prepared.clone())).collect();
        let looks = look_further(connection, &declared, prepared, subject.home.inspection.major).await?;
        for ((query, declared, _), home) in settled.into_iter().zip(looks) {
            let kind = Kind::Prepared { declared, home };
            subject.queries.push(Candidate { query, kind, writes: writes(&query.text) });
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
}

impl Candidate<'_> {
    /// The query as the server prepares it.
    pub(super) fn declared(&self) -> Option<&Declared> {
        match &self.kind {
            Kind::Prepared { declared, .. } => Some(declared),
            Kind::Utility(_) => None,
        }
    }
}

/// The query as it is declared, and what the server makes of it.
async fn settle_one(
    connection: &mut PgConnection,
    query: &ReleaseQuery,
    name: &str,
    home: &Snapshot,
) -> Result<Result<(Declared, Prepared), Refusal>, sqlx::Error> {
    let texts = match query.form {
        QueryForm::Prefix => completions(&query.text),
        QueryForm::Macro | QueryForm::Function | QueryForm::Simple => vec![query.text.clone()],
    };
    let mut first = None;
    for text in texts {
        match parameters(connection, query, &text).await? {
            Ok((oids, prepared)) => {
                let name_of = |oid: &u32| home.types.get(oid).map(|facts| facts.name.clone());
                let types = oids.iter().map(|oid| name_of(oid).unwrap_or_else(|| "unknown".to_owned())).collect();
                return Ok(Ok((Declared { name: name.to_owned(), text, types }, prepared)));
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
) -> Result<Result<(Vec<u32>, Prepared), Refusal>, sqlx::Error> {
    if let Some(offline) = &query.offline
        && let Some(types) = resolve(connection, &offline.parameters).await?
        && let Ok(prepared) = prepare(connection, text, &types).await?
    {
        return Ok(Ok((types, prepared)));
    }
    let by_server = match prepare(connection, text, &[]).await? {
        Ok(prepared) => prepared,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let declared: Vec<u32> = by_server.parameters.iter().map(|oid| declare(*oid)).collect();
    if declared != by_server.parameters
        && let Ok(prepared) = prepare(connection, text, &declared).await?
    {
        return Ok(Ok((declared, prepared)));
    }
    Ok(Ok((by_server.parameters.clone(), by_server)))
}
