//! What comes from the services: a client asks, and the bytes are the answers, one after the other. Tokio's clock is paused, so that
//! waits take no time.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, Uri};
use reconcile::access::{CredentialId, CustomerId, ExternalId, GroupId, Profile, PropertyId, UserId, Window};
use reconcile::brivo::read::UserFilter;
use reconcile::brivo::record::NewUser;
use reconcile::brivo::token::BrivoLogin;
use reconcile::http::Transport;
use reconcile::{brivo, entrata};

/// Parts one answer from the next.
const BETWEEN: &[u8] = b"\n====\n";

const GRANT: &str = r#"{"access_token":"a","refresh_token":"r","expires_in":3600}"#;

/// All of Entrata's services, each answered from the first of the bytes' answers on.
pub(crate) fn entrata(bytes: &[u8]) {
    let ask = || {
        let service = Service::new(bytes);
        let base = "https://apis.example.com/ext/orgs/alder/v1".parse().expect("it is an address");
        entrata::Client::new(service.transport(), base, entrata::Auth::ApiKey("key".to_owned().into()))
    };
    let property = PropertyId(500_001);
    let today = chrono::NaiveDate::from_ymd_opt(2026, 3, 1).expect("it is a day");
    run(async {
        let _answers = (
            ask().get_status().await,
            ask().get_properties(&[property]).await,
            ask().get_property_units(property).await,
            ask().get_leases(&entrata::query::LeaseQuery::of_customer(property, CustomerId::new("1"))).await,
        );
        let _roster = entrata::snapshot(&ask(), &[property], today).await;
    });
}

/// Brivo's lists, records and writes, each answered from the first of the bytes' answers on.
pub(crate) fn brivo(bytes: &[u8]) {
    let ask = || client(Service { token: Some(GRANT.as_bytes().to_vec()), ..Service::new(bytes) });
    let (user, group, id) = (UserId(15_620_001), GroupId(15_610_001), ExternalId::new("entrata:1"));
    let new = NewUser { external_id: id.clone(), profile: Profile::default(), dates: Window::ALWAYS };
    run(async {
        let _answers = (
            ask().whoami().await,
            ask().list_users(UserFilter::All).await,
            ask().list_groups().await,
            ask().group_members(group).await,
            ask().user_groups(user).await,
            ask().user_credentials(user).await,
            ask().by_external_id(&id).await,
        );
        let _written = (
            ask().create_user(&new).await,
            ask().replace_user(user, |record| record.set_dates(Window::ALWAYS)).await,
            ask().change_groups(user, &[group], &[]).await,
            ask().set_credential_window(user, CredentialId(1), Window::ALWAYS).await,
            ask().set_suspended(user, true).await,
            ask().delete_user(user).await,
        );
    });
}

/// Brivo's authorisation server: log-in, renewal, refusal.
pub(crate) fn token(bytes: &[u8]) {
    let client = client(Service::new(bytes));
    run(async {
        let _answers = (client.whoami().await, client.whoami().await);
    });
}

fn client(service: Service) -> brivo::Client {
    let secret = || "secret".to_owned().into();
    let login = BrivoLogin {
        api_key: secret(),
        client_id: secret(),
        client_secret: secret(),
        username: secret(),
        password: secret(),
    };
    let (api, auth) = ("https://api.example.com/v1/api", "https://auth.example.com");
    brivo::Client::new(service.transport(), api, auth, login).expect("these are addresses")
}

fn run(question: impl Future<Output = ()>) {
    let mut clock = tokio::runtime::Builder::new_current_thread();
    clock.enable_time().start_paused(true).build().expect("a runtime starts").block_on(question);
}

/// A service that gives its answers in turn, and afterwards has nothing.
struct Service {
    answers: VecDeque<Vec<u8>>,
    /// The answer to every question for a token; left out: one of the answers like all others.
    token: Option<Vec<u8>>,
}

impl Service {
    fn new(bytes: &[u8]) -> Self {
        Self { answers: parted(bytes).map(<[u8]>::to_vec).collect(), token: None }
    }

    fn transport(self) -> Transport {
        let Self { answers, token } = self;
        let answers = Arc::new(Mutex::new(answers));
        let router = Router::new().fallback(move |uri: Uri| {
            let next = match &token {
                Some(token) if uri.path() == "/oauth/token" => Some(token.clone()),
                _ => answers.lock().expect("nobody panicked with it").pop_front(),
            };
            std::future::ready(next.map_or_else(|| response(b"404\n\n{}"), |answer| response(&answer)))
        });
        Transport::in_process(router)
    }
}

fn parted(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(bytes);
    std::iter::from_fn(move || {
        let here = rest.take()?;
        let Some(at) = here.windows(BETWEEN.len()).position(|window| window == BETWEEN) else {
            return Some(here);
        };
        rest = Some(&here[at + BETWEEN.len()..]);
        Some(&here[..at])
    })
}

/// An answer is a status, headers and a body as in `200`, `Link: <…>`, an empty line, `{}`; or a body alone.
fn response(answer: &[u8]) -> Response<Body> {
    let plain = || (200, Vec::new(), answer);
    let (status, headers, body) = headed(answer).unwrap_or_else(plain);
    let mut response = Response::new(Body::from(body.to_vec()));
    *response.status_mut() = status.try_into().unwrap_or_default();
    for (name, value) in headers {
        response.headers_mut().append(name, value);
    }
    response
}

type Headed<'a> = (u16, Vec<(HeaderName, HeaderValue)>, &'a [u8]);

fn headed(answer: &[u8]) -> Option<Headed<'_>> {
    let end = answer.windows(2).position(|window| window == b"\n\n")?;
    let mut lines = std::str::from_utf8(&answer[..end]).ok()?.lines();
    let status = lines.next()?.parse().ok()?;
    let header = |line: &str| {
        let (name, value) = line.split_once(':')?;
        Some((name.trim().parse().ok()?, HeaderValue::from_str(value.trim()).ok()?))
    };
    Some((status, lines.filter_map(header).collect(), &answer[end + 2..]))
}
