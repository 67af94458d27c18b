//! Callers who never stop, and check every answer.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rand::RngExt;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::balancer::Balancer;
use crate::instance::Release;
use crate::log::{Known, Log};

/// Who ask at the same time.
const CALLERS: usize = 8;

/// A pause after each answer, so that the other programs get their share of a small machine.
const PAUSE: Duration = Duration::from_millis(2);

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The callers at work.
#[derive(Debug)]
pub(crate) struct Load {
    stop: Arc<AtomicBool>,
    callers: Vec<JoinHandle<Tally>>,
}

/// What came of it.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    answered: BTreeMap<Release, usize>,
    /// What was answered with an error, with another value than the last one, or not at all.
    pub(crate) failures: Vec<String>,
    slowest: Duration,
}

impl Load {
    pub(crate) fn start(balancer: &Arc<Balancer>, log: &Arc<Log>) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let client = Client::builder(TokioExecutor::new()).build_http();
        let caller = |_| {
            let (balancer, log, client) = (Arc::clone(balancer), Arc::clone(log), client.clone());
            let caller = Caller { balancer, log, client, tally: Tally::default() };
            tokio::spawn(caller.work(Arc::clone(&stop)))
        };
        Self { callers: (0..CALLERS).map(caller).collect(), stop }
    }

    /// Lets each have the last answer, and says what came of all.
    pub(crate) async fn stop(self) -> Tally {
        self.stop.store(true, Ordering::Relaxed);
        let mut all = Tally::default();
        for caller in self.callers {
            match caller.await {
                Ok(tally) => all.add(tally),
                Err(error) => all.failures.push(error.to_string()),
            }
        }
        for failure in all.failures.iter().take(5) {
            eprintln!("a failed request: {failure}");
        }
        all
    }
}

impl Tally {
    /// How many there were, with those that failed.
    pub(crate) fn requests(&self) -> usize {
        self.answered.values().sum::<usize>() + self.failures.len()
    }

    fn add(&mut self, other: Self) {
        for (release, count) in other.answered {
            *self.answered.entry(release).or_default() += count;
        }
        self.failures.extend(other.failures);
        self.slowest = self.slowest.max(other.slowest);
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let answered = self.answered.iter().map(|(release, count)| format!("{count} by {}", release.name()));
        let slowest = self.slowest.as_millis();
        write!(f, "answered: {}; the slowest took {slowest} ms", answered.collect::<Vec<_>>().join(", "))
    }
}

struct Caller {
    balancer: Arc<Balancer>,
    log: Arc<Log>,
    client: Client<HttpConnector, Full<Bytes>>,
    tally: Tally,
}

impl Caller {
    async fn work(mut self, stop: Arc<AtomicBool>) -> Tally {
        let mut deed = 0;
        let customers = i64::try_from(self.log.rows().await).unwrap_or(i64::MAX);
        while !stop.load(Ordering::Relaxed) {
            deed += 1;
            let id = rand::rng().random_range(1..=customers);
            let begun = Instant::now();
            let done = match deed % 8 {
                0 => self.sign_up(deed).await,
                1 | 2 => self.look(id).await,
                3 => self.move_to(id, ["NO", "PT", "IS"][deed % 3]).await,
                4 | 5 => self.rename(id, deed).await,
                _ => self.pay(id, 1).await,
            };
            self.tally.slowest = self.tally.slowest.max(begun.elapsed());
            if let Err(failure) = done {
                self.tally.failures.push(failure.to_string());
            }
            tokio::time::sleep(PAUSE).await;
        }
        self.tally
    }

    async fn sign_up(&mut self, deed: usize) -> Result<(), Failure> {
        let name = format!("Reader who came in deed {deed}");
        let told = json!({ "name": name, "fax": "+47 22 00 00 00" });
        let shown = self.ask("POST", "/customers", &told).await?;
        let id = shown["id"].as_i64().ok_or_else(|| format!("no key: {shown}"))?;
        // Nobody else knows the new customer, who can be noted afterwards.
        self.log.around(id).await.insert(id, Known { name, credit: 0, country: None });
        Ok(())
    }

    /// Shows what anybody was told last, by whichever release.
    async fn look(&mut self, id: i64) -> Result<(), Failure> {
        self.deed(id, "GET", "", Value::Null, |_| ()).await
    }

    async fn rename(&mut self, id: i64, deed: usize) -> Result<(), Failure> {
        let name = format!("Reader {id}, renamed in deed {deed}");
        self.deed(id, "PUT", "", json!({ "name": name }), |known| known.name = name).await
    }

    async fn move_to(&mut self, id: i64, country: &str) -> Result<(), Failure> {
        self.deed(id, "PUT", "", json!({ "country": country }), |known| known.country = Some(country.to_owned())).await
    }

    async fn pay(&mut self, id: i64, cents: i64) -> Result<(), Failure> {
        self.deed(id, "POST", "/credit", json!(cents), |known| known.credit += cents).await
    }

    /// Asks for something, and holds the answer against what it must be.
    async fn deed(
        &mut self,
        id: i64,
        method: &str,
        path: &str,
        told: Value,
        effect: impl FnOnce(&mut Known),
    ) -> Result<(), Failure> {
        let log = Arc::clone(&self.log);
        let mut around = log.around(id).await;
        let known = around.get_mut(&id).ok_or_else(|| format!("nobody has signed customer {id} up"))?;
        let shown = self.ask(method, &format!("/customers/{id}{path}"), &told).await?;
        effect(known);
        let (name, credit) = (shown["name"].as_str().unwrap_or_default(), shown["credit"].as_i64().unwrap_or_default());
        if !known.is_shown(name, credit, shown["country"].as_str()) {
            return Err(format!("{shown} instead of {known:?}").into());
        }
        Ok(())
    }

    /// One request to whoever is in rotation.
    async fn ask(&mut self, method: &str, path: &str, told: &Value) -> Result<Value, Failure> {
        let (backend, _under_way) = self.balancer.pick().await.ok_or("nobody serves")?;
        let release = backend.release.name();
        let body = if told.is_null() { String::new() } else { told.to_string() };
        let request = Request::builder()
            .method(method)
            .uri(format!("http://{}{path}", backend.address))
            .header("content-type", "application/json")
            .body(Full::from(body))?;
        let answer = self.client.request(request).await.map_err(|error| format!("{release}: {error}"))?;
        let status = answer.status();
        let body = answer.into_body().collect().await?.to_bytes();
        if !status.is_success() {
            return Err(format!("{release}: {status}: {}", String::from_utf8_lossy(&body)).into());
        }
        *self.tally.answered.entry(backend.release).or_default() += 1;
        Ok(serde_json::from_slice(&body)?)
    }
}
