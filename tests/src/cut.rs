//! A connection that breaks at a chosen statement: a socket between the program and the server.

mod boundary;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use boundary::Session;

/// A way to a server that is cut off, or stands still, when a number of statements have passed, all connections together.
#[derive(Debug)]
pub struct Cut {
    folder: tempfile::TempDir,
    url: String,
    passed: Arc<Passed>,
    flow: watch::Sender<Flow>,
    listening: JoinHandle<()>,
}

/// Which statements are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counting {
    /// Every one.
    All,
    /// Those that change something, as far as their text tells, and what follows them in their transaction.
    Changes,
}

/// How many have come.
#[derive(Debug, Default)]
struct Passed {
    all: AtomicU64,
    changes: AtomicU64,
}

/// Whether anything passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flow {
    /// Everything does.
    Open,
    /// Nothing, while all connections stay.
    Halted,
    /// The connections are gone, and there are no new ones.
    Closed,
}

/// What the connections share.
#[derive(Clone)]
struct Shears {
    after: u64,
    counting: Counting,
    /// Whether the last statement still reaches the server, which then has nobody to answer to.
    delivered: bool,
    /// What happens at it.
    then: Flow,
    passed: Arc<Passed>,
    flow: watch::Sender<Flow>,
}

impl Cut {
    /// A way to the server of a URL as [`crate::Server`] gives them, by its socket.
    pub fn after(url: &str, statements: u64, delivered: bool) -> Self {
        Self::new(url, (Counting::All, statements), delivered, Flow::Closed)
    }

    /// The same, but at that statement everything stands still until the test says how it goes on: [`Cut::close`] or
    /// [`Cut::resume`].
    pub fn halting(url: &str, statements: (Counting, u64), delivered: bool) -> Self {
        Self::new(url, statements, delivered, Flow::Halted)
    }

    fn new(url: &str, (counting, after): (Counting, u64), delivered: bool, then: Flow) -> Self {
        let (base, host) = url.split_once("host=").expect("a URL with a socket's folder");
        let host = host.split('&').next().unwrap_or_default().replace("%2F", "/");
        let server = std::fs::read_dir(&host)
            .expect("the socket's folder")
            .flatten()
            .map(|entry| entry.path())
            .find(|path| path.extension().is_none_or(|end| end != "lock") && is_socket(path))
            .expect("the server's socket");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let name = server.file_name().expect("a name");
        let listener = UnixListener::bind(folder.path().join(name)).expect("a socket");
        let (flow, _) = watch::channel(Flow::Open);
        let passed = Arc::new(Passed::default());
        let shears = Shears { after, counting, delivered, then, passed: Arc::clone(&passed), flow: flow.clone() };
        let listening = tokio::spawn(listen(listener, server, shears));
        let url = format!("{base}host={}", folder.path().display().to_string().replace('/', "%2F"));
        Self { folder, url, passed, flow, listening }
    }

    /// The address of the way.
    pub fn url(&self) -> &str {
        debug_assert!(self.folder.path().exists());
        &self.url
    }

    /// How many statements have come.
    pub fn statements(&self, counting: Counting) -> u64 {
        self.passed.of(counting).load(Ordering::SeqCst)
    }

    /// Waits until everything stands still.
    pub async fn halted(&self) {
        let mut flow = self.flow.subscribe();
        // We hold a sender ourselves, so that this can't fail.
        drop(flow.wait_for(|flow| *flow == Flow::Halted).await);
    }

    /// Drops all connections, and takes no further ones.
    pub fn close(&self) {
        self.flow.send_replace(Flow::Closed);
    }

    /// Goes on, to the end.
    pub fn resume(&self) {
        self.flow.send_replace(Flow::Open);
    }
}

impl Shears {
    /// Whether they cut at a statement that so many have come before.
    fn cut_at(&self, passed: u64) -> bool {
        passed == self.after || (passed > self.after && self.then == Flow::Closed)
    }
}

impl Passed {
    fn of(&self, counting: Counting) -> &AtomicU64 {
        match counting {
            Counting::All => &self.all,
            Counting::Changes => &self.changes,
        }
    }

    /// Counts a statement. Gives how many that are counted had come before it, where it is one of them.
    fn count(&self, changes: bool, counting: Counting) -> Option<u64> {
        let all = self.all.fetch_add(1, Ordering::SeqCst);
        let before = changes.then(|| self.changes.fetch_add(1, Ordering::SeqCst));
        if counting == Counting::All { Some(all) } else { before }
    }
}

impl Drop for Cut {
    fn drop(&mut self) {
        self.listening.abort();
        self.close();
    }
}

fn is_socket(path: &PathBuf) -> bool {
    use std::os::unix::fs::FileTypeExt;
    std::fs::metadata(path).is_ok_and(|data| data.file_type().is_socket())
}

async fn listen(listener: UnixListener, server: PathBuf, shears: Shears) {
    while let Ok((client, _)) = listener.accept().await {
        if *shears.flow.borrow() == Flow::Closed {
            continue;
        }
        tokio::spawn(begin(client, server.clone(), shears.clone()));
    }
}

/// While everything stands still no connection is made either: for one that says nothing a server that is to stop waits,
/// on 12 as long as `authentication_timeout`, which is a minute.
async fn begin(client: UnixStream, server: PathBuf, shears: Shears) {
    until_open(&mut shears.flow.subscribe()).await;
    // While the server is down nobody answers; the program is told by a connection that breaks.
    if *shears.flow.borrow() == Flow::Open
        && let Ok(upstream) = UnixStream::connect(&server).await
    {
        join(client, upstream, shears).await;
    }
}

/// Both directions, until one ends or the way is cut; dropping the sockets is what the server and the program see.
async fn join(client: UnixStream, upstream: UnixStream, shears: Shears) {
    let mut flow = shears.flow.subscribe();
    let (from_client, mut to_client) = client.into_split();
    let (mut from_server, to_server) = upstream.into_split();
    tokio::select! {
        _ = statements(from_client, to_server, &shears) => {}
        _ = answers(&mut from_server, &mut to_client, &shears) => {}
        _ = flow.wait_for(|flow| *flow == Flow::Closed) => {}
    }
}

/// What the server says, as long as anything passes.
async fn answers(from: &mut OwnedReadHalf, to: &mut OwnedWriteHalf, shears: &Shears) -> io::Result<()> {
    let mut flow = shears.flow.subscribe();
    let mut piece = vec![0; 16 * 1024];
    loop {
        let size = from.read(&mut piece).await?;
        until_open(&mut flow).await;
        if size == 0 {
            return Ok(());
        }
        to.write_all(&piece[..size]).await?;
    }
}

/// Message by message: a start-up message has no type; `Q` and `E` run a statement.
async fn statements(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, shears: &Shears) -> io::Result<()> {
    let mut flow = shears.flow.subscribe();
    let mut first = true;
    let mut session = Session::default();
    loop {
        let mut message = Vec::new();
        if !first {
            message.push(from.read_u8().await?);
        }
        let length = from.read_u32().await?;
        message.extend(length.to_be_bytes());
        let body = message.len();
        message.resize(body + length as usize - 4, 0);
        from.read_exact(&mut message[body..]).await?;
        until_open(&mut flow).await;
        let runs = if first { None } else { session.note(message[0], &message[body..]) };
        let counted = runs.and_then(|changes| shears.passed.count(changes, shears.counting));
        if counted.is_some_and(|passed| shears.cut_at(passed)) {
            if shears.delivered {
                deliver(&message, &mut to).await?;
            }
            shears.flow.send_replace(shears.then);
            until_open(&mut flow).await;
            if shears.then == Flow::Closed {
                return Ok(());
            }
            if shears.delivered {
                // The answers still come, and the connection ends as the server wants.
                std::future::pending::<()>().await;
            }
        }
        first = false;
        to.write_all(&message).await?;
    }
}

async fn deliver(message: &[u8], to: &mut OwnedWriteHalf) -> io::Result<()> {
    to.write_all(message).await?;
    // An Execute is followed by what makes the server act on it.
    if message[0] == b'E' {
        to.write_all(b"S\x00\x00\x00\x04").await?;
    }
    Ok(())
}

async fn until_open(flow: &mut watch::Receiver<Flow>) {
    // Where it was closed instead, `join` has ended by itself.
    drop(flow.wait_for(|flow| *flow != Flow::Halted).await);
}
