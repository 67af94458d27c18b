//! A process that owns an embedded server, to be killed by tests.
//!
//! `own_server scratch MAJOR` starts a scratch server, prints `url` and `directory` a line each, and lives until its
//! standard input ends. `own_server dev WORKSPACE SECONDS` opens a workspace's server that ends itself after so many
//! seconds without a client, and does the same.

use std::error::Error;
use std::io::Read;
use std::path::Path;
use std::time::Duration;

use schema_diff::embedded::{DevOptions, DevServer, Progress, ScratchServer};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["scratch", major] => {
            let server = ScratchServer::start(major.parse()?, &Progress::silent()).await?;
            println!("{}", server.url("postgres"));
            println!("{}", server.directory().display());
            wait_for_end()?;
            drop(server);
            Ok(())
        }
        ["dev", workspace, seconds] => {
            let options = DevOptions::default().idle(Duration::from_secs_f64(seconds.parse()?));
            let server = DevServer::open_with(Path::new(workspace), options, &Progress::silent()).await?;
            println!("{}", server.url());
            println!("{}", server.directory().display());
            wait_for_end()?;
            Ok(())
        }
        _ => Err("usage: own_server scratch MAJOR | dev WORKSPACE SECONDS".into()),
    }
}

fn wait_for_end() -> std::io::Result<()> {
    std::io::stdin().read_to_end(&mut Vec::new()).map(|_| ())
}
