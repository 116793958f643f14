//! Lists in pages: their end, their count, and rows that move while they are read.

use std::sync::atomic::AtomicUsize;

use super::super::page::{LeaseList, read_leases};
use super::super::query::Statuses;
use super::*;

async fn read(server: &Server) -> LeaseList {
    read_leases(&server.client(), &LeaseQuery::new(HOUSE, Statuses::Living)).await.unwrap()
}

fn rows(ids: impl IntoIterator<Item = u32>) -> Vec<Value> {
    ids.into_iter().map(|id| lease(id, 4)).collect()
}

fn pages_asked(server: &Server) -> Vec<u32> {
    server.sent().iter().map(Sent::page).collect()
}

const NEXT: &str = "<https://other.example/legacy?page_no={}>; rel=\"next\"";

fn next(page: u32) -> String {
    NEXT.replace("{}", &page.to_string())
}

#[tokio::test]
async fn links_lead_to_the_end_and_the_count_agrees() {
    let server = Server::new(|sent| {
        let page = sent.page();
        let reply = leases_of(sent, &rows(page * 10..page * 10 + 10)).with("x-total-count", &30);
        if page < 3 { reply.with("link", &next(page + 1)) } else { reply }
    });
    let list = read(&server).await;
    assert_eq!((list.leases.len(), list.faults, pages_asked(&server)), (30, vec![], vec![1, 2, 3]));
}

#[tokio::test]
async fn without_links_the_count_tells_the_end() {
    let server = Server::new(|sent| {
        let page = sent.page();
        leases_of(sent, &rows(page * 10..page * 10 + 10)).with("x-total-count", &20)
    });
    let list = read(&server).await;
    assert_eq!((list.leases.len(), list.faults, pages_asked(&server)), (20, vec![], vec![1, 2]));
}

#[tokio::test]
async fn without_any_header_pages_are_read_until_nothing_comes_and_once_more() {
    // Fewer rows a page than it was asked for, without a word.
    let server = Server::new(|sent| match sent.page() {
        page @ 1..=3 => leases_of(sent, &rows(page * 10..page * 10 + 10 - page)),
        _ => ok(sent, &json!("No records found with mentioned preferences.")),
    });
    let list = read(&server).await;
    assert_eq!((list.leases.len(), list.faults), (24, vec![]));
    assert_eq!(pages_asked(&server), [1, 2, 3, 4, 1, 2, 3, 4]);

    let nobody = Server::new(|sent| ok(sent, &json!([])));
    let list = read(&nobody).await;
    assert_eq!((list.leases.len(), list.faults, pages_asked(&nobody)), (0, vec![], vec![1]));
}

#[tokio::test]
async fn a_server_that_ignores_paging_is_seen_through() {
    for count in [3, 700] {
        let everything = Server::new(move |sent| leases_of(sent, &rows(0..count)));
        let list = read(&everything).await;
        assert_eq!((list.leases.len(), list.faults), (count as usize, vec![]));
    }

    let capped = Server::new(|sent| leases_of(sent, &rows(0..500)));
    let list = read(&capped).await;
    assert_eq!(list.leases.len(), 500);
    assert!(list.faults[0].problem.contains("repeats"), "{:?}", list.faults);

    let endless = Server::new(|sent| leases_of(sent, &rows(0..2)).with("link", &next(sent.page() + 1)));
    let list = read(&endless).await;
    assert!(list.faults[0].problem.contains("repeats"), "{:?}", list.faults);
    assert_eq!(pages_asked(&endless), [1, 2, 1, 2, 1, 2]);
}

#[tokio::test]
async fn rows_that_move_between_pages_are_caught_by_the_count() {
    let calls = AtomicUsize::new(0);
    let server = Server::new(move |sent| {
        let is_first_pass = calls.fetch_add(1, Ordering::Relaxed) < 2;
        let ids = match (sent.page(), is_first_pass) {
            (1, _) => 0..10,
            // One row moved to the first page after it was read.
            (_, true) => 11..20,
            (_, false) => 10..20,
        };
        let reply = leases_of(sent, &rows(ids)).with("x-total-count", &20);
        if sent.page() == 1 {
            reply.with("link", &next(2))
        } else {
            reply.with("link", &"<x>; rel=\"first\"")
        }
    });
    let list = read(&server).await;
    assert_eq!((list.leases.len(), list.faults, pages_asked(&server)), (20, vec![], vec![1, 2, 1, 2]));
}

#[tokio::test]
async fn a_count_that_never_agrees_is_a_fault_and_what_came_still_counts() {
    let server = Server::new(|sent| {
        leases_of(sent, &rows(0..3)).with("x-total-count", &4).with("link", &"<x>; rel=first")
    });
    let list = read(&server).await;
    assert_eq!((list.leases.len(), pages_asked(&server).len()), (3, 3));
    let problems: Vec<_> = list.faults.iter().map(|fault| fault.problem.as_str()).collect();
    assert_eq!(problems, ["X-Total-Count says 4 leases, 3 came"]);

    let nothing = Server::new(|sent| ok(sent, &json!({ "currencyCode": "USD" })).with("x-total-count", &4));
    assert_eq!(read(&nothing).await.faults.len(), 1);
}

#[tokio::test]
async fn a_lease_that_comes_twice_counts_once_or_is_a_fault() {
    let equal = Server::new(|sent| leases_of(sent, &rows([1, 2, 1])).with("x-total-count", &2));
    let list = read(&equal).await;
    assert_eq!((list.leases.len(), list.faults), (2, vec![]));

    let differing = Server::new(|sent| {
        leases_of(sent, &[lease(1, 4), lease(2, 4), lease(1, 5)]).with("x-total-count", &2)
    });
    let list = read(&differing).await;
    assert_eq!(list.leases.keys().map(crate::access::LeaseId::as_str).collect::<Vec<_>>(), ["2"]);
    assert_eq!(list.faults[0].customers, [crate::access::CustomerId::new("990001")]);
    assert_eq!(pages_asked(&differing).len(), 3, "it was read again first");
}

#[tokio::test]
async fn a_page_that_fails_leaves_the_others() {
    let server = Server::new(|sent| match sent.page() {
        1 => leases_of(sent, &rows(0..10)).with("link", &next(2)),
        _ => refused(200, 399),
    });
    let list = read(&server).await;
    assert_eq!((list.leases.len(), list.faults.len()), (10, 0));
    assert!(list.broken.unwrap().to_string().contains("error 399: Not so."));
}

#[tokio::test]
async fn an_unreadable_row_is_counted_like_the_others() {
    let server = Server::new(|sent| {
        let broken = json!({ "id": 9, "customers": { "customer": { "id": 7, "phones": 3 } } });
        leases_of(sent, &[lease(1, 4), broken, json!({}), json!("?")]).with("x-total-count", &4)
    });
    let list = read(&server).await;
    assert_eq!((list.leases.len(), list.faults.len(), pages_asked(&server)), (1, 3, vec![1]));
}

#[tokio::test]
async fn rows_without_an_id_do_not_lead_on_for_ever() {
    let server = Server::new(|sent| leases_of(sent, &[lease(1, 4), json!({})]));
    let list = read(&server).await;
    assert_eq!((list.leases.len(), pages_asked(&server)), (1, vec![1, 2, 1, 2]));
    assert!(!list.faults.is_empty());
}
