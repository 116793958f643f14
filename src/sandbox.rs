//! Entrata and Brivo in one process: an HTTP server that speaks both wires as they were seen, from a world file that a person can
//! write. It knows nothing of the rest of this crate and has its own JSON, so that a misunderstanding of the client is not mirrored.

mod brivo;
mod call;
mod clock;
mod control;
mod entrata;
mod estate;
mod fault;
pub mod generate;
mod house;
mod ids;
pub mod json;
mod mountain;
pub mod persist;
mod php;
mod state;
pub mod world;

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::serve::ListenerExt as _;
use chrono::{DateTime, Utc};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub use state::State;

use house::House;
use persist::{StateError, Store};
use world::World;

/// Both services, not yet listening.
#[derive(Clone)]
pub struct Sandbox {
    house: Arc<House>,
}

impl Sandbox {
    /// The world's services. Their clock starts at the world's `as_of`, or else at `now`, and goes on by itself.
    pub fn new(world: World, now: DateTime<Utc>) -> Self {
        Self { house: Arc::new(House::new(world, now)) }
    }

    /// The world's services with what Brivo held the last time, if a state file lies beside the world. Every change is on disk
    /// before it is answered; a file that does not exist is made by the first change.
    ///
    /// # Errors
    /// When the state file can't be read, or holds something else.
    pub fn persisted(world: World, world_path: &Path, now: DateTime<Utc>) -> Result<Self, StateError> {
        let (store, state) = Store::open(persist::state_path(world_path))?;
        let sandbox = Self::new(world, now);
        sandbox.house.keep_in(store);
        Ok(match state {
            Some(state) => sandbox.with_state(state),
            None => sandbox,
        })
    }

    /// Replaces what Brivo holds.
    #[must_use]
    pub fn with_state(self, state: State) -> Self {
        self.house.set_state(state);
        self
    }

    /// What Brivo holds now.
    pub fn brivo_state(&self) -> State {
        self.house.state()
    }

    /// Both services and the control paths below `/_sandbox`, to be called in process.
    pub fn router(&self) -> Router {
        Router::new().fallback(house::handle).with_state(Arc::clone(&self.house))
    }

    /// Listens until told to stop.
    ///
    /// # Errors
    /// When the address can't be bound.
    pub async fn serve(self, listen: SocketAddr) -> io::Result<Serving> {
        let listener = TcpListener::bind(listen).await?;
        let address = listener.local_addr()?;
        // Small answers must not wait for more: a refused option only makes them slower.
        let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
        let (stop, stopped) = oneshot::channel::<()>();
        let router = self.router();
        let task = tokio::spawn(async move {
            let server = axum::serve(listener, router);
            server.with_graceful_shutdown(async move { drop(stopped.await) }).await
        });
        Ok(Serving {
            entrata_url: format!("http://{address}/ext/orgs/sandbox/v1"),
            brivo_api_url: format!("http://{address}/v1/api"),
            brivo_auth_url: format!("http://{address}"),
            sandbox: self,
            stop,
            task,
        })
    }
}

/// Both services, listening.
pub struct Serving {
    /// Where Entrata answers: the gateway; the legacy host answers below `/api/v1`.
    pub entrata_url: String,
    /// Where Brivo's API answers.
    pub brivo_api_url: String,
    /// Where Brivo's authorisation server answers.
    pub brivo_auth_url: String,
    /// What is being served.
    pub sandbox: Sandbox,
    stop: oneshot::Sender<()>,
    task: JoinHandle<io::Result<()>>,
}

impl Serving {
    /// Stops listening, and cuts whoever is still connected.
    pub async fn shutdown(self) {
        drop(self.stop);
        // Clients keep their connections open for reuse, so waiting for the last one could take for ever.
        self.task.abort();
        drop(self.task.await);
    }
}
