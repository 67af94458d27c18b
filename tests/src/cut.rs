//! A connection that breaks at a chosen statement: a socket between the program and the server.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// A way to a server that is cut off when a number of statements have passed, all connections together.
#[derive(Debug)]
pub struct Cut {
    folder: tempfile::TempDir,
    url: String,
    passed: Arc<AtomicU64>,
    listening: JoinHandle<()>,
}

/// What the connections share.
#[derive(Clone)]
struct Shears {
    after: u64,
    /// Whether the last statement still reaches the server, which then has nobody to answer to.
    delivered: bool,
    passed: Arc<AtomicU64>,
    closed: watch::Sender<bool>,
}

impl Cut {
    /// A way to the server of a URL as [`crate::Server`] gives them, by its socket.
    pub fn after(url: &str, statements: u64, delivered: bool) -> Self {
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
        let (closed, _) = watch::channel(false);
        let passed = Arc::new(AtomicU64::new(0));
        let shears = Shears { after: statements, delivered, passed: Arc::clone(&passed), closed };
        let listening = tokio::spawn(listen(listener, server, shears));
        let url = format!("{base}host={}", folder.path().display().to_string().replace('/', "%2F"));
        Self { folder, url, passed, listening }
    }

    /// The address of the way.
    pub fn url(&self) -> &str {
        debug_assert!(self.folder.path().exists());
        &self.url
    }

    /// How many statements have come.
    pub fn statements(&self) -> u64 {
        self.passed.load(Ordering::SeqCst)
    }
}

impl Drop for Cut {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

fn is_socket(path: &PathBuf) -> bool {
    use std::os::unix::fs::FileTypeExt;
    std::fs::metadata(path).is_ok_and(|data| data.file_type().is_socket())
}

async fn listen(listener: UnixListener, server: PathBuf, shears: Shears) {
    while let Ok((client, _)) = listener.accept().await {
        if *shears.closed.borrow() {
            continue;
        }
        let Ok(upstream) = UnixStream::connect(&server).await else { return };
        tokio::spawn(join(client, upstream, shears.clone()));
    }
}

/// Both directions, until one ends or the way is cut; dropping the sockets is what the server and the program see.
async fn join(client: UnixStream, upstream: UnixStream, shears: Shears) {
    let mut closed = shears.closed.subscribe();
    let (from_client, mut to_client) = client.into_split();
    let (mut from_server, to_server) = upstream.into_split();
    tokio::select! {
        _ = statements(from_client, to_server, &shears) => {}
        _ = tokio::io::copy(&mut from_server, &mut to_client) => {}
        _ = closed.wait_for(|closed| *closed) => {}
    }
}

/// Message by message: a start-up message has no type; `Q` and `E` run a statement.
async fn statements(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, shears: &Shears) -> io::Result<()> {
    let mut first = true;
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
        let runs = !first && matches!(message[0], b'Q' | b'E');
        if runs && shears.passed.fetch_add(1, Ordering::SeqCst) >= shears.after {
            if shears.delivered {
                to.write_all(&message).await?;
                // An Execute is followed by what makes the server act on it.
                if message[0] == b'E' {
                    to.write_all(b"S\x00\x00\x00\x04").await?;
                }
            }
            shears.closed.send_replace(true);
            return Ok(());
        }
        first = false;
        to.write_all(&message).await?;
    }
}
