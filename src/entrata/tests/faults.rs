//! Refusals, silence and broken answers: what ends a run, and what makes one property incomplete.

use std::sync::atomic::AtomicUsize;

use crate::access::CustomerId;
use crate::roster::{Listing, Roster, Status};

use super::*;

async fn take(server: &Server, properties: &[PropertyId]) -> Result<Roster, EntrataError> {
    snapshot(&server.client(), properties, day("2026-03-01")).await
}

fn problems(roster: &Roster, property: PropertyId) -> Vec<&str> {
    roster.properties[&property].faults.iter().map(|fault| fault.problem.as_str()).collect()
}

/// The lease, where the list that is asked for has its status.
fn by_status(sent: &Sent, leases: &[Value]) -> Said {
    let statuses = sent.param("leaseStatusTypeIds");
    let rows: Vec<_> = leases
        .iter()
        .filter(|lease| statuses.contains(lease["leaseStatusTypeId"].as_str().unwrap()))
        .cloned()
        .collect();
    leases_of(sent, &rows).with("x-total-count", &rows.len())
}

#[tokio::test]
async fn a_snapshot_reads_everything_in_a_fixed_order() {
    let server = Server::new(|sent| {
        house(sent, |sent| {
            let id: u64 = sent.param("propertyId").parse().unwrap();
            let mut rows = [lease(3, 4), lease(1, 2), lease(2, 6)];
            for row in &mut rows {
                row["propertyId"] = json!(id);
            }
            by_status(sent, &rows)
        })
    });
    let roster = take(&server, &[OTHER, HOUSE, OTHER]).await.unwrap();
    let leases: Vec<_> = roster.leases.iter().map(|lease| (lease.property, lease.id.as_str())).collect();
    assert_eq!(leases, [(HOUSE, "1"), (HOUSE, "2"), (HOUSE, "3"), (OTHER, "1"), (OTHER, "2"), (OTHER, "3")]);
    for record in roster.properties.values() {
        assert_eq!(
            (record.listing, &record.units, &record.faults[..]),
            (Listing::Open, &Some(vec![]), &[][..])
        );
    }
    let sent = server.sent();
    assert_eq!(sent.len(), 7, "one for the properties, three for each");
    let past = sent.iter().find(|sent| sent.param("leaseStatusTypeIds") == "6").unwrap();
    assert_eq!((past.param("moveOutDateFrom"), past.param("moveOutDateTo")), ("11/30/2025", ""));
}

#[tokio::test]
async fn a_login_that_is_refused_ends_the_run() {
    let refusals: [fn() -> Said; 5] = [
        || refused(401, 401),
        || said(401, "<html>no</html>"),
        || said(403, "<html>no</html>"),
        || refused(403, 399),
        || refused(200, 113),
    ];
    for refusal in refusals {
        let server = Server::new(move |_| refusal());
        let error = take(&server, &[HOUSE]).await.unwrap_err();
        assert!(matches!(error, EntrataError::Login { .. }) && error.ends_the_run(), "{error}");
        assert!(error.to_string().contains("ENTRATA_API_KEY"), "{error}");
        assert_eq!(server.sent().len(), 1, "no property is asked after that");
    }
    let server = Server::new(|sent| house(sent, |_| refused(401, 401)));
    assert!(take(&server, &[HOUSE]).await.is_err(), "later too");
}

#[tokio::test]
async fn a_closed_property_spoils_only_itself() {
    for (status, code) in [(200, 301), (403, 311), (200, 311)] {
        let server = Server::new(move |sent| match (sent.method(), sent.param("propertyIds")) {
            ("getProperties", ids) if ids.contains("500002") => refused(status, code),
            _ => house(sent, |sent| by_status(sent, &[lease(1, 4)])),
        });
        let roster = take(&server, &[HOUSE, OTHER]).await.unwrap();
        assert_eq!((roster.leases.len(), roster.properties[&HOUSE].faults.len()), (1, 0));
        let closed = &roster.properties[&OTHER];
        assert_eq!((closed.listing, closed.faults.len(), &closed.units), (Listing::Unknown, 1, &None));
        assert_eq!(server.sent().iter().filter(|sent| sent.param("propertyId") == "500002").count(), 0);
    }
}

#[tokio::test]
async fn a_property_that_is_disabled_or_not_listed_is_incomplete() {
    let server = Server::new(|sent| match sent.method() {
        "getProperties" => {
            let row = json!({ "PropertyID": 500_001, "MarketingName": "Alder Court", "IsDisabled": "1" });
            ok(sent, &json!({ "PhysicalProperty": { "Property": row } }))
        }
        _ => panic!("closed properties are not read"),
    });
    let roster = take(&server, &[HOUSE, OTHER]).await.unwrap();
    assert_eq!(roster.properties[&HOUSE].listing, Listing::Disabled);
    assert_eq!(roster.properties[&HOUSE].name.as_deref(), Some("Alder Court"));
    assert_eq!(roster.properties[&OTHER].listing, Listing::Unknown);
    assert!(
        problems(&roster, HOUSE)[0].contains("disabled") && problems(&roster, OTHER)[0].contains("not list")
    );
}

#[tokio::test(start_paused = true)]
async fn answers_that_are_not_entratas_are_asked_for_again_and_then_a_fault() {
    let cut = json!({ "response": { "code": 200, "result": { "leases": { "lease": [lease(1, 4)] } } } })
        .to_string();
    let broken = [
        said(502, "<html>Bad gateway</html>"),
        said(200, "<html>Just a moment</html>"),
        said(200, &cut[..cut.len() - 9]),
        said(200, ""),
        said(500, ""),
        refused(500, 500),
        refused(200, 503),
    ];
    for said in broken {
        let shown = format!("{} {}", said.status, said.body);
        let (status, body) = (said.status, said.body);
        let server = Server::new(move |sent| house(sent, |_| super::said(status, body.clone())));
        let roster = take(&server, &[HOUSE]).await.unwrap();
        assert_eq!(roster.properties[&HOUSE].faults.len(), 2, "{shown}: one a list");
        assert!(roster.properties[&HOUSE].units.is_some());
        assert_eq!(server.sent().iter().filter(|sent| sent.method() == "getLeases").count(), 12, "{shown}");
    }
    let calls = AtomicUsize::new(0);
    let server = Server::new(move |sent| {
        let is_early = calls.fetch_add(1, Ordering::Relaxed) < 3;
        if is_early { said(520, "<html>") } else { house(sent, |sent| by_status(sent, &[lease(1, 4)])) }
    });
    let roster = take(&server, &[HOUSE]).await.unwrap();
    assert_eq!((roster.leases.len(), roster.properties[&HOUSE].faults.len()), (1, 0));
}

#[tokio::test]
async fn replies_that_can_not_be_trusted_are_faults() {
    let envelope = |response: Value| said(200, json!({ "response": response }).to_string());
    let empty = json!({ "leases": {} });
    let replies = [
        envelope(json!({ "code": 300, "result": empty })),
        envelope(json!({ "result": empty })),
        envelope(json!({ "code": 200 })),
        envelope(json!({ "code": 200, "result": null })),
        envelope(json!({ "code": 200, "requestId": "not yours", "result": empty })),
        envelope(json!({ "code": 200, "error": { "code": 399 }, "result": empty })),
        envelope(json!({ "code": "?", "result": empty })),
        envelope(json!("OK")),
        said(200, "[]"),
        said(200, "{}"),
        said(404, "<html>not here</html>"),
        refused(400, 399),
    ];
    for reply in replies {
        let shown = format!("{} {}", reply.status, reply.body);
        let server = Server::new(move |sent| house(sent, |_| said(reply.status, reply.body.clone())));
        let roster = take(&server, &[HOUSE]).await.unwrap();
        assert_eq!(roster.properties[&HOUSE].faults.len(), 2, "{shown}");
    }
    for code in [json!(200), json!("200")] {
        // The specification leaves the wrapper out.
        let server = Server::new(move |sent| {
            house(sent, |_| said(200, json!({ "code": code, "result": { "leases": {} } }).to_string()))
        });
        assert_eq!(take(&server, &[HOUSE]).await.unwrap().properties[&HOUSE].faults, []);
    }
}

#[tokio::test]
async fn units_that_cannot_be_read_are_no_empty_list() {
    let server = Server::new(|sent| match sent.method() {
        "getPropertyUnits" => ok(sent, &json!({ "properties": { "property": { "propertyId": 500_009 } } })),
        _ => house(sent, |sent| by_status(sent, &[lease(1, 4)])),
    });
    let roster = take(&server, &[HOUSE]).await.unwrap();
    assert_eq!((&roster.properties[&HOUSE].units, roster.leases.len()), (&None, 1));
    assert!(problems(&roster, HOUSE)[0].contains("does not speak of the property"));
}

#[tokio::test(start_paused = true)]
async fn a_failing_get_properties_makes_every_property_incomplete_and_reads_them() {
    let server = Server::new(|sent| match sent.method() {
        "getProperties" => said(500, ""),
        _ => house(sent, |sent| by_status(sent, &[lease(1, 4)])),
    });
    let roster = take(&server, &[HOUSE]).await.unwrap();
    assert_eq!((problems(&roster, HOUSE).len(), roster.leases.len()), (1, 1));
    assert!(problems(&roster, HOUSE)[0].contains("getProperties"));
}

#[tokio::test]
async fn silence_ends_the_run() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = Url::parse(&format!("http://{}/v1", listener.local_addr().unwrap())).unwrap();
    drop(listener);
    let transport = Transport::network(crate::http::Settings::default()).unwrap();
    let client = Client::new(transport, base, Auth::ApiKey("k".into()));
    let error = snapshot(&client, &[HOUSE], day("2026-03-01")).await.unwrap_err();
    assert!(matches!(error, EntrataError::Silent(_)) && error.ends_the_run());
    assert!(error.to_string().contains("can't be reached"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_service_that_never_answers_ends_the_run_too() {
    let router = Router::new().fallback(async || std::future::pending::<()>().await);
    let base = Url::parse("http://127.0.0.1/v1").unwrap();
    let client = Client::new(Transport::in_process(router), base, Auth::ApiKey("k".into()));
    let error = snapshot(&client, &[HOUSE, OTHER], day("2026-03-01")).await.unwrap_err();
    assert!(matches!(error, EntrataError::Silent(_)), "{error}");
}

#[tokio::test]
async fn a_lease_that_changes_sides_between_the_lists_is_read_again() {
    let calls = AtomicUsize::new(0);
    let server = Server::new(move |sent| {
        house(sent, |sent| {
            let status = if calls.fetch_add(1, Ordering::Relaxed) == 0 { 5 } else { 6 };
            by_status(sent, &[lease(1, status)])
        })
    });
    let roster = take(&server, &[HOUSE]).await.unwrap();
    assert_eq!(roster.leases[0].status, Status::Past);
    assert_eq!(roster.properties[&HOUSE].faults, []);

    let server = Server::new(|sent| {
        house(sent, |sent| match sent.param("leaseStatusTypeIds") {
            "6" => leases_of(sent, &[lease(1, 6)]),
            _ => leases_of(sent, &[lease(1, 5)]),
        })
    });
    let roster = take(&server, &[HOUSE]).await.unwrap();
    assert_eq!((roster.leases.len(), roster.properties[&HOUSE].faults.len()), (0, 1));
    assert_eq!(roster.properties[&HOUSE].faults[0].customers, [CustomerId::new("990001")]);
}

#[tokio::test]
async fn a_status_filter_that_is_ignored_does_no_harm() {
    let server = Server::new(|sent| house(sent, |sent| leases_of(sent, &[lease(1, 4), lease(2, 6)])));
    let roster = take(&server, &[HOUSE]).await.unwrap();
    assert_eq!((roster.leases.len(), roster.properties[&HOUSE].faults.len()), (2, 0));
}
