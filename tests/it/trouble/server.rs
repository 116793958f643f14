//! The sandbox behind a door that a test watches: it sees every call before and after it is answered.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{self, Next};
use axum::response::Response;
use reconcile::sandbox::Sandbox;
use tokio::net::TcpListener;

/// When a watch interferes with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    /// It has not been executed.
    Before,
    /// It has been, and nobody knows yet.
    After,
}

/// What a watch does: a call that it holds is never answered.
pub(super) type Watch = Arc<dyn Fn(&Seen, Moment) -> Hold + Send + Sync>;

/// One call.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    /// Which write of Brivo's it is, from 1; `None` of what writes nothing.
    pub(super) write: Option<u64>,
}

/// Whether a call goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hold {
    No,
    ForEver,
}

#[derive(Clone)]
struct Door {
    watch: Watch,
    writes: Arc<AtomicU64>,
}

/// Serves the sandbox on a port of its own until the runtime ends, and gives its address.
pub(super) async fn serve(sandbox: &Sandbox, watch: Watch) -> String {
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
    let address = listener.local_addr().unwrap();
    let door = Door { watch, writes: Arc::default() };
    let router: Router = sandbox.router().layer(middleware::from_fn_with_state(door, pass));
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

async fn pass(State(door): State<Door>, request: Request, next: Next) -> Response {
    let writes = request.method() != "GET" && request.uri().path().starts_with("/v1/api/");
    let write = writes.then(|| door.writes.fetch_add(1, Ordering::SeqCst) + 1);
    let seen = Seen { write };
    if (door.watch)(&seen, Moment::Before) == Hold::ForEver {
        std::future::pending::<()>().await;
    }
    let response = next.run(request).await;
    if (door.watch)(&seen, Moment::After) == Hold::ForEver {
        std::future::pending::<()>().await;
    }
    response
}
