//! One client: a connection, the rows that it owns, and its log.

use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sqlx::postgres::{PgConnectOptions, PgRow};
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row as _};

use super::log::{HotWrite, Log, Row, write};
use super::loss::{Intent, Losses};
use super::release::{Field, Release, Values};
use super::{Case, HOT_ROWS};

/// Which shapes a release may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// Every one.
    All,
    /// What the new release may do while rows may not be filled yet: insert, and update to a value.
    BeforeFill,
}

/// A client at work.
#[derive(Debug)]
pub struct Client {
    /// Its number, from 0.
    pub number: usize,
    /// What it has committed in rows of its own.
    pub log: Log,
    /// What it has committed in rows of everybody.
    pub hot: Vec<HotWrite>,
    /// How many statements it has committed.
    pub statements: u64,
    /// How long its last statement took; nothing where it was a transaction, which pauses on purpose.
    pub took: Option<Duration>,
    case: Case,
    connection: PgConnection,
    random: StdRng,
    counter: i64,
    clients: usize,
    options: PgConnectOptions,
    /// Where the server may go away: how often it has.
    losses: Option<Losses>,
    intent: Intent,
}

/// What a client does next.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Insert,
    Set,
    Change,
    ChangeMany,
    Delete,
    Upsert,
    Select,
    SetHot,
    ChangeHot,
    Transaction,
}

impl Client {
    /// Connects. Of the rows that are there it owns every `clients`-th.
    pub async fn connect(url: &str, case: Case, number: usize, clients: usize, seed: u64) -> Self {
        let options: PgConnectOptions = url.parse().expect("our own URL");
        let options = options.application_name(&format!("writer {number}"));
        let connection = PgConnection::connect_with(&options).await.expect("a connection");
        let random = StdRng::seed_from_u64(seed ^ (number as u64 + 1));
        Self {
            number,
            log: Log::new(),
            hot: Vec::new(),
            statements: 0,
            took: None,
            case,
            connection,
            random,
            counter: 0,
            clients,
            options,
            losses: None,
            intent: Intent::default(),
        }
    }

    /// The same where the server may go away, as often as is counted there.
    pub(super) fn surviving(self, losses: Losses) -> Self {
        Self { losses: Some(losses), ..self }
    }

    /// One deed in the shape of a release.
    pub async fn act(&mut self, release: &Release, allowed: Allowed) -> Result<(), sqlx::Error> {
        let deed = self.choose(allowed);
        if self.losses.is_some() {
            self.intent = Intent::before(&self.log);
        }
        let begun = Instant::now();
        self.took = None;
        let done = match deed {
            Deed::Transaction => self.transaction(release, allowed).await,
            deed => {
                let done = self.run(deed, release).await;
                self.took = Some(begun.elapsed());
                done
            }
        };
        let lost = done.as_ref().is_err_and(|error| self.losses.as_mut().is_some_and(|losses| losses.explain(error)));
        let done = if lost { self.recover(release).await } else { done };
        done.inspect_err(|error| eprintln!("writer {} failed at {deed:?} ({release:?}): {error}", self.number))
    }

    /// Connects again and looks whether its last deed was committed: then all of it, else nothing.
    async fn recover(&mut self, release: &Release) -> Result<(), sqlx::Error> {
        let losses = self.losses.as_ref().expect("only where the server may go away");
        self.connection = losses.connect_again(&self.options).await?;
        let found = sqlx::query(AssertSqlSafe(release.select_all())).fetch_all(&mut self.connection).await?;
        let found: Vec<(i64, Row)> = found.iter().map(|row| read(row, release)).collect::<Result<_, _>>()?;
        let intent = std::mem::take(&mut self.intent);
        self.log = intent.resolve(release, &found, |id| Row { revision: 0, values: (self.case.initial)(id) });
        Ok(())
    }

    fn choose(&mut self, allowed: Allowed) -> Deed {
        match (self.random.random_range(0..100), allowed) {
            // Whether such a write was committed can't be told from a row that others have written to since.
            (20..30 | 82..90, _) if self.losses.is_some() => Deed::Set,
            (0..15, _) => Deed::Insert,
            (15..20, _) => Deed::Transaction,
            (20..30, _) => Deed::SetHot,
            (30..45, _) | (_, Allowed::BeforeFill) => Deed::Set,
            (45..58, _) => Deed::Change,
            (58..66, _) => Deed::ChangeMany,
            (66..72, _) => Deed::Delete,
            (72..82, _) => Deed::Upsert,
            (82..90, _) => Deed::ChangeHot,
            _ => Deed::Select,
        }
    }

    async fn run(&mut self, deed: Deed, release: &Release) -> Result<(), sqlx::Error> {
        self.statements += 1;
        match deed {
            Deed::Insert => self.insert(release).await,
            Deed::Set => self.set(release).await,
            Deed::Change => self.change(release).await,
            Deed::ChangeMany => self.change_many(release).await,
            Deed::Delete => self.delete(release).await,
            Deed::Upsert => self.upsert(release).await,
            Deed::Select => self.select(release).await,
            Deed::SetHot => self.write_hot(release, true).await,
            Deed::ChangeHot => self.write_hot(release, false).await,
            Deed::Transaction => unreachable!("no transaction within another"),
        }
    }

    /// A few writes to rows of its own, held open for a moment, and sometimes taken back.
    async fn transaction(&mut self, release: &Release, allowed: Allowed) -> Result<(), sqlx::Error> {
        let before = (self.log.clone(), self.counter);
        sqlx::query("BEGIN").execute(&mut self.connection).await?;
        for _ in 0..self.random.random_range(1..4) {
            self.run(Deed::Set, release).await?;
            if allowed == Allowed::All {
                self.run(Deed::ChangeMany, release).await?;
            }
        }
        tokio::time::sleep(std::time::Duration::from_millis(self.random.random_range(0..8))).await;
        if self.random.random_range(0..3) == 0 {
            sqlx::query("ROLLBACK").execute(&mut self.connection).await?;
            self.log = before.0;
        } else {
            sqlx::query("COMMIT").execute(&mut self.connection).await?;
        }
        Ok(())
    }

    async fn insert(&mut self, release: &Release) -> Result<(), sqlx::Error> {
        let values = self.values(release);
        self.intent.insert(self.new_row(0, values.clone()));
        let row = self.fetch(&release.insert(), &binds(release, &values)).await?;
        let id: i64 = row.try_get(0)?;
        self.log.insert(id, Some(self.new_row(id, values)));
        Ok(())
    }

    async fn upsert(&mut self, release: &Release) -> Result<(), sqlx::Error> {
        let Some(key) = release.unique.and_then(|name| release.field(name)).copied() else {
            return self.insert(release).await;
        };
        let mut values = self.values(release);
        // Half of them meet a row of our own that has this key.
        let met = if self.random.random() { self.own_row() } else { None };
        if let Some((_, row)) = &met {
            values.insert(key.name, row.values[key.name].clone());
        }
        match &met {
            Some((id, before)) => self.intent.write(*id, upserted(before, &values)),
            None => self.intent.insert(self.new_row(0, values.clone())),
        }
        let row = self.fetch(&release.upsert(&key), &binds(release, &values)).await?;
        let (id, revision): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
        let left = match met {
            Some((own, before)) => {
                assert_eq!(id, own, "an upsert met another row than the one with its key");
                upserted(&before, &values)
            }
            None => self.new_row(id, values),
        };
        assert_eq!(revision, left.revision, "an upsert took the wrong branch");
        self.log.insert(id, Some(left));
        Ok(())
    }

    async fn set(&mut self, release: &Release) -> Result<(), sqlx::Error> {
        let Some((id, mut row)) = self.own_row() else { return Ok(()) };
        let field = self.field(release);
        let value = self.value(&field);
        write(&mut row, &field, Some(value.clone()));
        self.intent.write(id, row.clone());
        let returned = sqlx::query(AssertSqlSafe(release.set(&field)))
            .bind(id)
            .bind(&value)
            .fetch_one(&mut self.connection)
            .await?;
        assert_eq!(returned.try_get::<i64, _>(0)?, row.revision, "row {id} was written by somebody else");
        self.log.insert(id, Some(row));
        Ok(())
    }

    async fn change(&mut self, release: &Release) -> Result<(), sqlx::Error> {
        let Some((id, mut row)) = self.own_row() else { return Ok(()) };
        let field = self.field(release);
        write(&mut row, &field, None);
        self.intent.write(id, row.clone());
        let returned =
            sqlx::query(AssertSqlSafe(release.change(&field))).bind(id).fetch_one(&mut self.connection).await?;
        assert_eq!(returned.try_get::<i64, _>(0)?, row.revision, "row {id} was written by somebody else");
        self.log.insert(id, Some(row));
        Ok(())
    }

    async fn change_many(&mut self, release: &Release) -> Result<(), sqlx::Error> {
        let field = self.field(release);
        let mut rows: Log = (0..5).filter_map(|_| self.own_row()).map(|(id, row)| (id, Some(row))).collect();
        let ids: Vec<i64> = rows.keys().copied().collect();
        rows.values_mut().flatten().for_each(|row| write(row, &field, None));
        rows.iter().for_each(|(&id, row)| self.intent.write(id, row.clone().expect("only rows that are there")));
        let returned =
            sqlx::query(AssertSqlSafe(release.change_many(&field))).bind(&ids).fetch_all(&mut self.connection).await?;
        assert_eq!(returned.len(), ids.len(), "rows of {ids:?} are gone");
        self.log.extend(rows);
        Ok(())
    }

    async fn delete(&mut self, release: &Release) -> Result<(), sqlx::Error> {
        let Some((id, _)) = self.own_row() else { return Ok(()) };
        self.intent.delete(id);
        let done = sqlx::query(AssertSqlSafe(release.delete())).bind(id).execute(&mut self.connection).await?;
        assert_eq!(done.rows_affected(), 1, "row {id} was gone");
        self.log.insert(id, None);
        Ok(())
    }

    /// What it has written itself is what it reads.
    async fn select(&mut self, release: &Release) -> Result<(), sqlx::Error> {
        let rows: Log = (0..3).filter_map(|_| self.own_row()).map(|(id, row)| (id, Some(row))).collect();
        let ids: Vec<i64> = rows.keys().copied().collect();
        let found = sqlx::query(AssertSqlSafe(release.select())).bind(&ids).fetch_all(&mut self.connection).await?;
        assert_eq!(found.len(), ids.len(), "rows of {ids:?} are gone");
        for one in &found {
            let (id, read) = read(one, release)?;
            let written = rows[&id].as_ref().expect("only rows that are there");
            for (field, value) in &read.values {
                assert_eq!(value, &written.values[field], "{field} of row {id}");
            }
        }
        Ok(())
    }

    async fn write_hot(&mut self, release: &Release, to_value: bool) -> Result<(), sqlx::Error> {
        let id = self.random.random_range(1..=HOT_ROWS);
        let field = self.field(release);
        let value = to_value.then(|| self.value(&field));
        let text = if to_value { release.set(&field) } else { release.change(&field) };
        let mut query = sqlx::query(AssertSqlSafe(text)).bind(id);
        if let Some(value) = &value {
            query = query.bind(value);
        }
        let revision = query.fetch_one(&mut self.connection).await?.try_get(0)?;
        self.hot.push(HotWrite { id, revision, field, value });
        Ok(())
    }

    /// Mostly a row that was there before, which a backfill has to fill; else one of its own making.
    fn own_row(&mut self) -> Option<(i64, Row)> {
        for _ in 0..20 {
            let id = if self.random.random_range(0..4) > 0 {
                let mine = (self.case.rows - HOT_ROWS) / self.clients as i64;
                HOT_ROWS + 1 + self.number as i64 + self.clients as i64 * self.random.random_range(0..mine.max(1))
            } else {
                let written = self.log.len().max(1);
                *self.log.keys().nth(self.random.random_range(0..written))?
            };
            match self.log.get(&id) {
                Some(Some(row)) => return Some((id, row.clone())),
                Some(None) => {}
                None if id <= self.case.rows => {
                    return Some((id, Row { revision: 0, values: (self.case.initial)(id) }));
                }
                None => {}
            }
        }
        None
    }

    fn field(&mut self, release: &Release) -> Field {
        let at = self.random.random_range(0..release.fields.len() * 2);
        // The first is the one that the migration is about.
        release.fields[at.saturating_sub(release.fields.len())]
    }

    fn value(&mut self, field: &Field) -> String {
        self.counter += 1;
        field.value(self.number, self.counter)
    }

    fn values(&mut self, release: &Release) -> Values {
        release.fields.iter().map(|field| (field.name, Some(self.value(field)))).collect()
    }

    fn new_row(&self, id: i64, mut values: Values) -> Row {
        for &name in self.case.fields {
            values.entry(name).or_insert_with(|| (self.case.left_out)(name, id));
        }
        Row { revision: 0, values }
    }

    async fn fetch(&mut self, text: &str, binds: &[Option<String>]) -> Result<PgRow, sqlx::Error> {
        let query = sqlx::query(AssertSqlSafe(text.to_owned()));
        binds.iter().fold(query, |query, value| query.bind(value)).fetch_one(&mut self.connection).await
    }
}

fn binds(release: &Release, values: &Values) -> Vec<Option<String>> {
    release.fields.iter().map(|field| values[field.name].clone()).collect()
}

/// What an upsert makes of the row that it meets.
fn upserted(before: &Row, values: &Values) -> Row {
    let mut values = values.clone();
    for (name, value) in &before.values {
        values.entry(name).or_insert_with(|| value.clone());
    }
    Row { revision: before.revision + 1, values }
}

/// A row of [`Release::select`].
pub(super) fn read(row: &PgRow, release: &Release) -> Result<(i64, Row), sqlx::Error> {
    let fields = release.fields.iter().zip(2..);
    let values = fields.map(|(field, at)| Ok((field.name, row.try_get(at)?))).collect::<Result<_, sqlx::Error>>()?;
    Ok((row.try_get(0)?, Row { revision: row.try_get(1)?, values }))
}
