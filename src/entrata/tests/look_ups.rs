//! What a look-up may conclude: nobody is missing while a question is open.

use crate::access::{CustomerId, LeaseId};
use crate::roster::look_up::Questions;
use crate::roster::{Lookup, Roster};

use super::*;

async fn join(server: &Server, roster: &mut Roster, questions: &Questions) {
    let answers = look_up_all(&server.client(), questions, &|_| ()).await.unwrap();
    roster.join(questions, &answers);
}

async fn ask(server: &Server, roster: &mut Roster, customer: &str) -> Lookup {
    let customer = CustomerId::new(customer);
    let questions = BTreeMap::from([(customer.clone(), vec![HOUSE])]);
    join(server, roster, &questions).await;
    roster.lookups[&customer].clone()
}

#[tokio::test]
async fn a_look_up_finds_leases_in_any_status() {
    let server = Server::new(|sent| leases_of(sent, &[lease(1, 2)]));
    let mut roster = Roster::default();
    for _ in 0..2 {
        assert_eq!(ask(&server, &mut roster, "990001").await, Lookup::Found);
        assert_eq!(roster.leases.iter().map(|lease| &lease.id).collect::<Vec<_>>(), [&LeaseId::new("1")]);
    }
    let sent = &server.sent()[0];
    assert_eq!((sent.param("customerId"), sent.param("leaseStatusTypeIds")), ("990001", "1,2,3,4,5,6"));
    assert_eq!((sent.param("propertyId"), sent.param("includeLeaseHistory")), ("500001", "1"));
}

#[tokio::test(start_paused = true)]
async fn a_look_up_is_missing_only_when_everything_was_answered() {
    let mut roster = Roster::default();
    let nothing = Server::new(|sent| ok(sent, &json!("No records found with mentioned preferences.")));
    assert_eq!(ask(&nothing, &mut roster, "990001").await, Lookup::Missing { asked: vec![HOUSE] });

    let filter_ignored = Server::new(|sent| leases_of(sent, &[lease(1, 4), lease(2, 4)]));
    let unreadable = Server::new(|sent| leases_of(sent, &[json!({ "id": 1 })]));
    let down = Server::new(|_| said(502, "<html>"));
    let closed = Server::new(|_| refused(200, 301));
    let odd = Server::new(|sent| ok(sent, &json!({})));
    let counted = Server::new(|sent| ok(sent, &json!([])).with("x-total-count", &1));
    for server in [&filter_ignored, &unreadable, &down, &closed, &odd, &counted] {
        let lookup = ask(server, &mut roster, "990001").await;
        assert!(matches!(lookup, Lookup::Failed(_)), "{lookup:?}");
        assert_eq!(roster.leases, []);
    }
    for no_id in ["", "guest-7", "7 or 8"] {
        assert!(matches!(ask(&nothing, &mut roster, no_id).await, Lookup::Failed(_)), "{no_id}");
    }
    assert_eq!(nothing.sent().len(), 1, "what is no id is not asked for");
}

#[tokio::test]
async fn one_unanswered_property_makes_the_whole_look_up_fail() {
    let server = Server::new(|sent| match sent.param("propertyId") {
        "500001" => leases_of(sent, &[lease(1, 4)]),
        _ => refused(403, 311),
    });
    let mut roster = Roster::default();
    let questions = BTreeMap::from([
        (CustomerId::new("990001"), vec![HOUSE, OTHER]),
        (CustomerId::new("990002"), vec![OTHER]),
        (CustomerId::new("990003"), vec![]),
    ]);
    join(&server, &mut roster, &questions).await;
    assert!(
        roster.lookups.values().all(|lookup| matches!(lookup, Lookup::Failed(_))),
        "{:?}",
        roster.lookups
    );
    assert_eq!((roster.lookups.len(), roster.leases.len()), (3, 0));
    let refusing = Server::new(|_| refused(401, 401));
    assert!(look_up_all(&refusing.client(), &questions, &|_| ()).await.is_err());
}

#[tokio::test]
async fn a_lease_that_was_read_without_the_customer_fails_the_look_up() {
    let mut roster = Roster::default();
    let before = Server::new(|sent| leases_of(sent, &[lease(1, 4)]));
    ask(&before, &mut roster, "990001").await;
    let mut changed = lease(1, 4);
    changed["customers"] = json!({ "customer": { "id": 7, "customerType": "Occupant" } });
    let after = Server::new(move |sent| leases_of(sent, &[changed.clone()]));
    assert!(matches!(ask(&after, &mut roster, "7").await, Lookup::Failed(_)));
    assert_eq!(roster.leases.len(), 1);
}
