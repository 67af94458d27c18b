//! What stands before the instances: it gives each request to one of those in rotation, by chance.

use std::sync::Arc;

use rand::seq::IndexedRandom;
use tokio::sync::{OwnedRwLockReadGuard, RwLock};

use crate::instance::{Instance, Release};

/// Where an instance serves.
#[derive(Debug)]
pub(crate) struct Backend {
    pub(crate) release: Release,
    pub(crate) address: String,
    /// Held while a request is under way.
    requests: Arc<RwLock<()>>,
}

impl Backend {
    pub(crate) fn new(release: Release, address: &str) -> Self {
        Self { release, address: address.to_owned(), requests: Arc::default() }
    }

    /// Waits until its last request is answered.
    pub(crate) async fn idle(&self) {
        drop(self.requests.write().await);
    }
}

/// The instances in rotation.
#[derive(Debug, Default)]
pub(crate) struct Balancer {
    rotation: RwLock<Vec<Arc<Backend>>>,
}

impl Balancer {
    /// An instance for a request, which lasts as long as the guard. `None` where nobody serves.
    pub(crate) async fn pick(&self) -> Option<(Arc<Backend>, OwnedRwLockReadGuard<()>)> {
        let rotation = self.rotation.read().await;
        let backend = Arc::clone(rotation.choose(&mut rand::rng())?);
        let request = Arc::clone(&backend.requests).read_owned().await;
        Some((backend, request))
    }

    /// Takes an instance in.
    pub(crate) async fn add(&self, instance: &Instance) {
        self.rotation.write().await.push(Arc::clone(&instance.backend));
    }

    /// Takes an instance out, and waits until its last request is answered.
    pub(crate) async fn remove(&self, instance: &Instance) {
        self.rotation.write().await.retain(|backend| !Arc::ptr_eq(backend, &instance.backend));
        instance.backend.idle().await;
    }

    /// All further requests go to these.
    pub(crate) async fn switch_to(&self, instances: &[Instance]) {
        *self.rotation.write().await = instances.iter().map(|instance| Arc::clone(&instance.backend)).collect();
    }
}
