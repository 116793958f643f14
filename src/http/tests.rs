//! The transport over both ways out: a router under a paused clock, and a real port.

use axum::Router;
use axum::response::IntoResponse as _;
use axum::routing::{any, get, post};
use chrono::TimeZone as _;
use reqwest::{Method, Url};
use secrecy::SecretString;
use serde_json::json;

use super::message::{Body, Repeat, parse_address};
use super::*;

fn request(path: &str, repeat: Repeat) -> Request {
    Request::new(Method::POST, Url::parse(&format!("http://127.0.0.1{path}")).unwrap(), repeat)
}

fn judge(answer: &Answer) -> Verdict {
    let after = answer.retry_after();
    match answer.status {
        429 => Verdict::Throttled { after },
        500.. => Verdict::Retry { after },
        _ => Verdict::Done,
    }
}

/// Answers the statuses in turn, the last one for ever.
fn statuses(list: &'static [u16]) -> (Transport, Arc<AtomicU64>) {
    let count = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&count);
    let handler = move || async move {
        let nth = usize::try_from(counter.fetch_add(1, Ordering::Relaxed)).unwrap();
        let status = list[nth.min(list.len() - 1)];
        (axum::http::StatusCode::from_u16(status).unwrap(), [("retry-after", "60")], "text")
    };
    (Transport::in_process(Router::new().route("/", any(handler))), count)
}

#[tokio::test(start_paused = true)]
async fn a_read_outlives_five_failures_and_not_six() {
    let (transport, count) = statuses(&[500, 503, 502, 500, 500, 200]);
    let begun = Instant::now();
    let answer = transport.send(&request("/", Repeat::Safe), judge).await.unwrap();
    assert_eq!((answer.status, count.load(Ordering::Relaxed), transport.calls()), (200, 6, 6));
    assert_eq!(begun.elapsed(), Duration::from_secs(300), "Retry-After is obeyed to the second");

    let (transport, count) = statuses(&[500]);
    let error = transport.send(&request("/", Repeat::Safe), judge).await.unwrap_err();
    assert!(matches!(&error, HttpError::Failing { answer, .. } if answer.status == 500), "{error}");
    assert!(!error.surely_not_executed());
    assert_eq!(count.load(Ordering::Relaxed), 6);
}

#[tokio::test(start_paused = true)]
async fn a_create_is_sent_again_only_after_a_gateway_refused_it() {
    let (transport, count) = statuses(&[429, 429, 500]);
    let error = transport.send(&request("/", Repeat::Never), judge).await.unwrap_err();
    assert!(matches!(error, HttpError::Failing { .. }), "{error}");
    assert_eq!(count.load(Ordering::Relaxed), 3);

    let (transport, count) = statuses(&[429]);
    let error = transport.send(&request("/", Repeat::Never), judge).await.unwrap_err();
    assert!(error.surely_not_executed() && error.to_string().contains("too many calls"), "{error}");
    assert_eq!(count.load(Ordering::Relaxed), 20);
}

#[tokio::test(start_paused = true)]
async fn a_silent_service_is_lost_after_the_timeout() {
    let silent = Router::new().route("/", post(|| async { std::future::pending::<()>().await }));
    let transport = Transport::in_process(silent);
    let begun = Instant::now();
    let error = transport.send(&request("/", Repeat::Never), judge).await.unwrap_err();
    assert!(matches!(error, HttpError::Lost { .. }) && !error.surely_not_executed(), "{error}");
    assert_eq!((begun.elapsed(), transport.calls()), (Duration::from_secs(60), 1));
}

#[tokio::test(start_paused = true)]
async fn the_pacer_holds_repeats_too() {
    let (transport, _) = statuses(&[200]);
    let transport = transport.paced(Pacer::new(2));
    let begun = Instant::now();
    for _ in 0..5 {
        transport.clone().send(&request("/", Repeat::Safe), judge).await.unwrap();
    }
    assert_eq!((begun.elapsed(), transport.calls()), (Duration::from_millis(4 * 510), 5));
}

#[tokio::test(start_paused = true)]
async fn the_servers_clock_goes_on_after_its_last_answer() {
    let dated = || async { [("date", "Sun, 01 Mar 2026 18:00:00 GMT")] };
    let transport = Transport::in_process(Router::new().route("/", post(dated)));
    assert_eq!(transport.server_clock(), None);
    transport.send(&request("/", Repeat::Safe), judge).await.unwrap();
    tokio::time::sleep(Duration::from_secs(90)).await;
    let expected = Utc.with_ymd_and_hms(2026, 3, 1, 18, 1, 30).unwrap();
    assert_eq!(transport.server_clock(), Some(expected));
}

#[tokio::test]
async fn a_redirect_is_reported_and_not_followed() {
    let moved = || async { (axum::http::StatusCode::FOUND, [("location", "https://elsewhere.example/a?b")]) };
    let transport = Transport::in_process(Router::new().route("/", post(moved)));
    let error = transport.send(&request("/", Repeat::Safe), judge).await.unwrap_err().to_string();
    assert!(error.contains("HTTP 302") && error.contains("`https://elsewhere.example/a`"), "{error}");
    assert_eq!(transport.calls(), 1);
}

#[test]
fn plain_http_is_for_loopback_only() {
    for good in [
        "http://127.0.0.1:80/v1",
        "http://127.8.9.1/",
        "http://[::1]:8080",
        "http://localhost:1",
        "https://a.example/v1/",
    ] {
        assert!(parse_address(good).is_ok(), "{good}");
    }
    for bad in [
        "http://a.example/",
        "http://localhost.example",
        "http://10.0.0.1",
        "http://127.0.0.1.example",
        "ftp://localhost",
        "a.example/v1",
        "",
    ] {
        assert!(parse_address(bad).is_err(), "{bad}");
    }
    let error = parse_address("http://a.example/v1").unwrap_err().to_string();
    assert!(error.contains("http://a.example") && error.contains("https://"), "{error}");
}

#[test]
fn secrets_and_bodies_are_not_printed() {
    let name = reqwest::header::AUTHORIZATION;
    let secret = SecretString::from("hunter2");
    let form = Body::Form(vec![("password".to_owned(), "hunter2".to_owned())]);
    let request =
        request("/?q=hunter2", Repeat::Safe).with_secret(name.clone(), &secret).unwrap().with_body(form);
    assert!(!format!("{request:?}").contains("hunter2"), "{request:?}");
    let answer = Answer { status: 400, body: b"hunter2".to_vec(), ..Answer::default() };
    assert_eq!(format!("{answer:?}"), "HTTP 400 with a text");
    let error = self::request("/", Repeat::Safe).with_secret(name, &SecretString::from("a\nb")).unwrap_err();
    assert!(error.to_string().contains("line break"), "{error}");
}

async fn listen(router: Router) -> Url {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move { axum::serve(listener, router).await });
    Url::parse(&format!("http://127.0.0.1:{port}/")).unwrap()
}

#[tokio::test]
async fn both_ways_out_send_the_same() {
    let echo = |method: axum::http::Method, headers: axum::http::HeaderMap, body: String| async move {
        let header = |name: &str| headers.get(name).map(|value| value.to_str().unwrap().to_owned());
        axum::Json(json!([method.as_str(), header("content-type"), header("x-key"), body])).into_response()
    };
    let router = Router::new().route("/", any(echo));
    let url = listen(router.clone()).await;
    let bodies = [
        (Body::Empty, json!(null), ""),
        (Body::Json(json!({"a": 1})), json!("application/json"), "{\"a\":1}"),
        (
            Body::Form(vec![("a b".to_owned(), "c&d=é".to_owned())]),
            json!("application/x-www-form-urlencoded"),
            "a+b=c%26d%3D%C3%A9",
        ),
    ];
    for transport in [Transport::network(Settings::default()).unwrap(), Transport::in_process(router)] {
        for (body, content_type, text) in &bodies {
            let key = reqwest::header::HeaderName::from_static("x-key");
            let request = Request::new(Method::PUT, url.clone(), Repeat::Safe)
                .with_body(body.clone())
                .with_secret(key, &SecretString::from("k"))
                .unwrap();
            let answer = transport.send(&request, judge).await.unwrap();
            assert_eq!(answer.json::<serde_json::Value>().unwrap(), json!(["PUT", content_type, "k", text]));
        }
    }
}

#[tokio::test]
async fn nobody_listening_is_told_with_what_to_check() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let retry = Policy { first_wait: Duration::from_millis(1), ..Policy::default() };
    let transport = Transport::network(Settings { retry, ..Settings::default() }).unwrap();
    let url = Url::parse(&format!("http://127.0.0.1:{port}/?secret")).unwrap();
    let error = transport.send(&Request::new(Method::POST, url, Repeat::Never), judge).await.unwrap_err();
    let text = error.to_string();
    assert!(error.surely_not_executed() && error.is_silence());
    assert!(
        text.contains(&format!("127.0.0.1:{port} can't be reached")) && text.contains("refused"),
        "{text}"
    );
    assert!(!text.contains("secret"), "{text}");
    assert_eq!(transport.calls(), 3);
}

#[tokio::test]
async fn a_connection_cut_in_the_middle_is_a_lost_answer() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    for partial in ["", "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"cut"] {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
        tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut seen = [0; 1024];
            assert_ne!(socket.read(&mut seen).await.unwrap(), 0);
            socket.write_all(partial.as_bytes()).await.unwrap();
        });
        let transport = Transport::network(Settings::default()).unwrap();
        let error = transport.send(&Request::new(Method::POST, url, Repeat::Never), judge).await.unwrap_err();
        assert!(matches!(error, HttpError::Lost { .. }), "{error}");
        assert_eq!(transport.calls(), 1, "a create is not sent twice");
    }
}

#[tokio::test]
async fn a_body_without_end_is_refused() {
    let endless = || async {
        let chunk = axum::body::Bytes::from(vec![b'a'; 1 << 20]);
        let chunks = futures_util::stream::repeat_with(move || Ok::<_, std::io::Error>(chunk.clone()));
        axum::body::Body::from_stream(chunks)
    };
    let transport = Transport::in_process(Router::new().route("/", get(endless).post(endless)));
    let error = transport.send(&request("/", Repeat::Never), judge).await.unwrap_err().to_string();
    assert!(error.contains("larger than 64 MiB"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn waits_are_told_while_they_last_and_throttled_calls_counted() {
    let (transport, _) = statuses(&[429, 503, 200]);
    let told = Arc::new(Mutex::new(Vec::new()));
    let teller = Arc::clone(&told);
    transport.tell_waits(Box::new(move |waiting| teller.lock().unwrap().push(waiting)));
    transport.clone().send(&request("/", Repeat::Safe), judge).await.unwrap();
    let wait = Duration::from_secs(60);
    let after = Some(wait);
    let expected =
        [Waiting { why: Kind::Throttled { after }, wait }, Waiting { why: Kind::Busy { after }, wait }];
    assert_eq!(*told.lock().unwrap(), expected);
    assert_eq!((transport.throttled(), transport.calls()), (1, 3));
}

#[tokio::test(start_paused = true)]
async fn a_run_that_ends_waits_for_nothing_longer_and_asks_nothing_more() {
    let (mut transport, count) = statuses(&[500]);
    transport.settings.ends = Some(Instant::now() + Duration::from_secs(90));
    let error = transport.send(&request("/", Repeat::Safe), judge).await.unwrap_err();
    assert!(matches!(error, HttpError::Failing { .. }), "{error}");
    assert_eq!((count.load(Ordering::Relaxed), transport.time_left()), (2, Duration::from_secs(30)));

    tokio::time::sleep(Duration::from_secs(30)).await;
    let error = transport.send(&request("/", Repeat::Never), judge).await.unwrap_err();
    assert!(matches!(error, HttpError::OutOfTime { .. }) && error.surely_not_executed(), "{error}");
    assert_eq!(count.load(Ordering::Relaxed), 2);

    let silent = Router::new().route("/", post(|| async { std::future::pending::<()>().await }));
    let mut transport = Transport::in_process(silent);
    transport.settings.ends = Some(Instant::now() + Duration::from_secs(7));
    let error = transport.send(&request("/", Repeat::Never), judge).await.unwrap_err();
    assert!(matches!(error, HttpError::Lost { .. }) && !error.surely_not_executed(), "{error}");
    assert!(transport.time_left().is_zero());
}

#[test]
fn retry_after_may_be_a_date_by_the_servers_own_clock() {
    let answer = |headers: &[(&'static str, &'static str)]| {
        let mut answer = Answer::default();
        for (name, value) in headers {
            answer.headers.insert(*name, reqwest::header::HeaderValue::from_static(value));
        }
        answer.retry_after().map(|wait| wait.as_secs())
    };
    let date = ("date", "Sun, 01 Mar 2026 18:00:00 GMT");
    assert_eq!(answer(&[("retry-after", " 7 "), date]), Some(7));
    assert_eq!(answer(&[("retry-after", "Sun, 01 Mar 2026 18:01:30 GMT"), date]), Some(90));
    assert_eq!(answer(&[("retry-after", "Sun, 01 Mar 2026 17:00:00 GMT"), date]), Some(0));
    assert_eq!(answer(&[("retry-after", "Sun, 01 Mar 2026 18:01:30 GMT")]), None);
    assert_eq!(answer(&[("retry-after", "soon"), date]), None);
}

#[tokio::test]
async fn calls_share_their_connections() {
    use axum::extract::ConnectInfo;
    let seen = Arc::new(std::sync::Mutex::new(std::collections::BTreeSet::new()));
    let noted = Arc::clone(&seen);
    let router = Router::new().fallback(move |ConnectInfo(peer): ConnectInfo<std::net::SocketAddr>| {
        noted.lock().unwrap().insert(peer);
        std::future::ready("")
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
    let service = router.into_make_service_with_connect_info::<std::net::SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    let transport = Transport::network(Settings::default()).unwrap();
    let final_one = |_: &Answer| Verdict::Done;
    for _ in 0..10 {
        let request = || Request::new(Method::POST, url.clone(), Repeat::Safe);
        let (one, other) = (request(), request());
        let (one, other) = tokio::join!(transport.send(&one, final_one), transport.send(&other, final_one));
        assert!(one.is_ok() && other.is_ok());
    }
    let connections = seen.lock().unwrap().len();
    assert!(connections <= 3, "{connections} connections for 20 calls, two at a time");
}

#[test]
fn a_veil_hides_what_was_sent_and_nothing_else() {
    let bearer = SecretString::from("Bearer hunter2");
    let request = request("/", Repeat::Safe)
        .with_secret(reqwest::header::AUTHORIZATION, &bearer)
        .unwrap()
        .with_header(reqwest::header::ACCEPT, reqwest::header::HeaderValue::from_static("application/json"));
    let veil = request.veil().and("pa55").and("");
    assert_eq!(veil.over("hunter2 and pa55 for application/json"), "… and … for application/json");
}
