//! No secret is printed, logged or kept, whatever the services answer, and none is sent anywhere but to them (R11).

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use tokio::net::TcpListener;

use super::house::House;
use super::server::{Hold, serve};
use crate::support::{Outcome, Workplace};

/// Name, value, and where the world keeps it.
const SECRETS: [(&str, &str, &str); 6] = [
    ("ENTRATA_API_KEY", "q7Xw-entrata-key", "entrata_api_key"),
    ("BRIVO_API_KEY", "q7Xw-brivo-key", "brivo_api_key"),
    ("BRIVO_CLIENT_ID", "q7Xw-client-id", "brivo_client_id"),
    ("BRIVO_CLIENT_SECRET", "q7Xw-client-secret", "brivo_client_secret"),
    ("BRIVO_USERNAME", "q7Xw-user", "brivo_username"),
    ("BRIVO_PASSWORD", "q7Xw-password", "brivo_password"),
];
/// What every secret above has, and what the two have in base64 that are sent so.
const MARKS: [&str; 2] = ["q7Xw", "cTdYd"];

fn place(address: &str) -> Workplace {
    let place = Workplace::new().file("manifest.yaml", House::manifest(address, 1000));
    SECRETS.iter().fold(place, |place, (name, value, _)| place.env(name, value))
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

fn reveals_nothing(what: &str, text: &str) {
    for mark in MARKS {
        assert!(!text.contains(mark), "{what} reveals a secret:\n{text}");
    }
}

fn look(what: &str, place: &Workplace, outcome: &Outcome) {
    reveals_nothing(&format!("{what}: stdout"), &outcome.stdout);
    reveals_nothing(&format!("{what}: stderr"), &outcome.stderr);
    for (name, content) in place.files() {
        reveals_nothing(&format!("{what}: {name}"), &content);
    }
}

#[test]
fn a_run_that_works_keeps_them_to_itself() {
    let secrets: Vec<String> = SECRETS.iter().map(|(_, value, key)| format!("{key}: {value}")).collect();
    let house = House { people: 12, today: crate::support::now() };
    let sandbox = house.sandbox_with(&format!("secrets: {{ {} }}\n", secrets.join(", ")));
    let runtime = runtime();
    let address = runtime.block_on(serve(&sandbox, Arc::new(|_, _| Hold::No)));
    let place = place(&address);
    for arguments in [
        "--diff -vv manifest.yaml --out plan.json",
        "--diff -vv --log json --format html --events diff.jsonl manifest.yaml",
        "adopt -vv manifest.yaml",
        "--apply -vv --yes --format json --plan plan.json --journal journal.jsonl --events events.jsonl --metrics metrics.prom --lock file.lock manifest.yaml",
    ] {
        let outcome = place.run(arguments);
        assert_eq!(outcome.code, 0, "{arguments}: {}", outcome.stderr);
        assert!(outcome.stderr.contains("answered"), "{arguments}: nothing is logged");
        look(arguments, &place, &outcome);
    }
    assert!(place.read("journal.jsonl").lines().count() > 10 && !place.read("plan.json").is_empty());
}

/// What an unfriendly server makes of what it was sent.
#[derive(Debug, Clone, Copy)]
enum Manner {
    Refuses,
    Fails,
    InAnEnvelope,
    AsAPage,
    AsNonsense,
    AsAGrant,
    PointsElsewhere,
}

fn echo(manner: Manner, elsewhere: &str, uri: &Uri, headers: &HeaderMap, body: &str) -> Response {
    let told: String = headers.values().filter_map(|value| value.to_str().ok()).collect::<Vec<_>>().join(" ");
    let told = format!("{told} {uri} {}", body.replace('"', "'"));
    let envelope = format!(r#"{{"response":{{"error":{{"code":113,"message":"{told}"}}}}}}"#);
    let error =
        format!(r#"{{"error":"invalid_grant","error_description":"{told}","code":400,"message":"{told}"}}"#);
    let status = |code: u16, text: String| (StatusCode::from_u16(code).unwrap(), text).into_response();
    match manner {
        Manner::AsAGrant if uri.path() == "/oauth/token" => status(
            200,
            format!(
                r#"{{"access_token":"q7Xw-token","refresh_token":"q7Xw-refresh","expires_in":60,"x":"{told}"}}"#
            ),
        ),
        Manner::Refuses | Manner::AsAGrant => status(400, error),
        Manner::Fails => status(500, error),
        Manner::InAnEnvelope => status(200, envelope),
        Manner::AsAPage => status(403, format!("<html>{told}</html>")),
        Manner::AsNonsense => status(200, told),
        Manner::PointsElsewhere => {
            let key =
                headers.get("x-api-key").or(headers.get("api-key")).map_or("", |key| key.to_str().unwrap());
            (StatusCode::FOUND, [("location", format!("{elsewhere}/{key}?{key}"))]).into_response()
        }
    }
}

async fn listen(router: Router) -> String {
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

#[test]
fn servers_that_send_them_back_make_nobody_print_them_and_redirects_carry_them_nowhere() {
    let runtime = runtime();
    let visits = Arc::new(Mutex::new(Vec::<String>::new()));
    let visited = Arc::clone(&visits);
    let elsewhere = runtime.block_on(listen(Router::new().fallback(move |uri: Uri| {
        visited.lock().unwrap().push(uri.to_string());
        std::future::ready("")
    })));
    for manner in [
        Manner::Refuses,
        Manner::Fails,
        Manner::InAnEnvelope,
        Manner::AsAPage,
        Manner::AsNonsense,
        Manner::AsAGrant,
        Manner::PointsElsewhere,
    ] {
        let target = elsewhere.clone();
        let router = Router::new().fallback(move |uri: Uri, headers: HeaderMap, body: Bytes| {
            let body = String::from_utf8_lossy(&body).into_owned();
            std::future::ready(echo(manner, &target, &uri, &headers, &body))
        });
        let place = place(&runtime.block_on(listen(router)));
        for flags in ["--log text", "--log json"] {
            let outcome = place.run(&format!("--diff -vv {flags} --deadline 1s manifest.yaml"));
            assert_eq!(outcome.code, 1, "{manner:?}: {}", outcome.stderr);
            look(&format!("{manner:?} {flags}"), &place, &outcome);
        }
    }
    assert_eq!(*visits.lock().unwrap(), Vec::<String>::new(), "a redirect was followed");
}

#[test]
fn plain_http_to_another_machine_gets_none() {
    let place = place("http://192.0.2.1");
    let outcome = place.run("--diff -vv manifest.yaml");
    assert_eq!(outcome.code, 1);
    assert!(outcome.stderr.contains("https"), "{}", outcome.stderr);
    assert!(!outcome.stderr.contains("answered"), "{}", outcome.stderr);
    look("http", &place, &outcome);
}
