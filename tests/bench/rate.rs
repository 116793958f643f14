//! How well an apply uses the calls that Brivo allows: the real program makes 500 people in a sandbox in this process that lets 20
//! calls a second through. Takes about a minute, for that is what 1,000 calls take. `RATE_PEOPLE` makes it longer.

#![allow(clippy::unwrap_used, reason = "a benchmark that can't go on says so by panicking")]
#![allow(clippy::print_stdout, reason = "its figures are its result")]

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use axum::extract::{Request, State};
use axum::middleware::{self, Next};
use axum::response::Response;
use reconcile::sandbox::Sandbox;
use reconcile::sandbox::world::World;

/// The calls a second that the gateway lets through and the manifest asks for.
const LIMIT: u32 = 20;

/// When each call of Brivo's API came, whether it wrote, and how it was answered.
type Log = Arc<Mutex<Vec<(Instant, bool, u16)>>>;

async fn note(State(log): State<Log>, request: Request, next: Next) -> Response {
    let (came, writes) = (Instant::now(), request.method() != "GET");
    let is_brivo = request.uri().path().starts_with("/v1/api/");
    let response = next.run(request).await;
    if is_brivo {
        log.lock().unwrap().push((came, writes, response.status().as_u16()));
    }
    response
}

fn world(people: u64) -> World {
    let (mut units, mut leases) = (String::new(), String::new());
    for person in 1..=people {
        writeln!(units, "  - {{ number: \"{person}\" }}").unwrap();
        writeln!(
            leases,
            "- {{ id: {person}, property: 1, unit: \"{person}\", status: Current, move_in: 2024-01-01, term: [2024-01-01, 2100-01-01], \
             residents: [{{ id: {person}, name: P{person} Renter, email: p{person}@example.com }}] }}"
        )
        .unwrap();
    }
    World::from_yaml(&format!(
        "properties:\n- id: 1\n  name: Alder\n  units:\n{units}leases:\n{leases}brivo: {{ groups: [Alder] }}\n\
         quirks: {{ brivo: {{ calls_per_second: {LIMIT} }} }}\n"
    ))
    .unwrap()
}

fn manifest(address: &str) -> String {
    format!(
        "version: 1\nentrata: {{ url: \"{address}/ext/orgs/sandbox/v1\" }}\n\
         brivo: {{ api_url: \"{address}/v1/api\", auth_url: \"{address}\", calls_per_second: {LIMIT} }}\n\
         properties:\n- {{ id: 1, name: Alder, time_zone: America/Chicago, groups: [Alder] }}\n"
    )
}

fn main() {
    let people: u64 = std::env::var("RATE_PEOPLE").map_or(500, |number| number.parse().unwrap());
    let log = Log::default();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    #[expect(clippy::disallowed_methods, reason = "the program that is measured has no other clock either")]
    let sandbox = Sandbox::new(world(people), chrono::Utc::now());
    let router = sandbox.router().layer(middleware::from_fn_with_state(Arc::clone(&log), note));
    let listener =
        runtime.block_on(tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0)))).unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    runtime.spawn(async move { axum::serve(listener, router).await });

    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("reconcile.yaml"), manifest(&address)).unwrap();
    let mut apply = Command::new(env!("CARGO_BIN_EXE_reconcile"));
    apply
        .args(["--apply", "--yes", "--format", "json", "-q"])
        .current_dir(&folder)
        .env("HOME", folder.path());
    for name in [
        "ENTRATA_API_KEY",
        "BRIVO_API_KEY",
        "BRIVO_CLIENT_ID",
        "BRIVO_CLIENT_SECRET",
        "BRIVO_USERNAME",
        "BRIVO_PASSWORD",
    ] {
        apply.env(name, "sandbox");
    }
    let begun = Instant::now();
    let outcome = apply.output().unwrap();
    let took = begun.elapsed().as_secs_f64();
    assert!(outcome.status.success(), "{}", String::from_utf8_lossy(&outcome.stderr));
    report(people, &log.lock().unwrap(), took);
}

fn report(people: u64, log: &[(Instant, bool, u16)], took: f64) {
    let of = |wanted: &dyn Fn(&(Instant, bool, u16)) -> bool| log.iter().filter(|call| wanted(call)).count();
    let throttled = of(&|(_, _, status)| matches!(status, 403 | 429));
    let writes: Vec<Instant> = log.iter().filter(|(_, writes, _)| *writes).map(|(came, ..)| *came).collect();
    let length = writes.last().unwrap().duration_since(writes[0]).as_secs_f64();
    let number = |count: usize| f64::from(u32::try_from(count).unwrap());
    let (calls, written) = (number(log.len()), number(writes.len()));
    println!("people               {people}");
    println!("calls of Brivo       {} ({} writes)", log.len(), writes.len());
    println!("whole run            {took:.1} s, {:.3} of calls / {LIMIT}", took * f64::from(LIMIT) / calls);
    println!("writing              {:.2} calls a second over {length:.1} s", (written - 1.0) / length);
    println!("throttled            {throttled} ({:.2} %)", 100.0 * number(throttled) / calls);
}
